"""Completions for bash, zsh and fish, made from the grammar: python packaging/linux/completions.py bash|zsh|fish

They start nothing: commands, options, file names and the models of the catalogue stand in them.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from identity import COMMAND, FILE_TYPES

from linux import grammar
from linux.grammar import FILE, FOLDER, WORDS, Command, Option, Value

_HEAD = "made from the program's own grammar; changes here are lost"
_OPENED = tuple(each.extension for each in FILE_TYPES)


def bash() -> str:
    """For bash 4.2 or newer, with or without the package bash-completion."""
    root = grammar.read()
    return _BASH.format(
        head=_HEAD,
        command=COMMAND,
        steps="\n".join(
            f'            "{" ".join(command.path[:-1])} {command.name}") path="{" ".join(command.path)}" ;;'
            for command in root.walk()
            if command.path[1:]
        ),
        valued="|".join(_valued(root)),
        after="\n".join(_bash_after(root)),
        options="\n".join(
            f'        "{" ".join(each.path)}") options="{" ".join(_names(each))}" ;;' for each in root.walk()
        ),
        places="\n".join(_bash_places(root)),
    )


def _bash_after(root: Command) -> Iterator[str]:
    seen = set()
    for command in root.walk():
        for option in command.options:
            if option.value is not None and option.names not in seen:
                seen.add(option.names)
                yield f"        {'|'.join(option.names)}) {_bash_value(option.value)}; return ;;"


def _bash_value(value: Value) -> str:
    if value.kind == WORDS:
        return f'_chartside_words "{" ".join(value.words)}"'
    return {FILE: "_chartside_files", FOLDER: "_chartside_folders"}.get(value.kind, "COMPREPLY=()")


def _bash_places(root: Command) -> Iterator[str]:
    for command in root.walk():
        acts = [_bash_value(value) for value in command.values if value.kind != grammar.TEXT]
        if command.commands:
            acts.append(f'_chartside_words "{" ".join(each.name for each in command.commands)}"')
        if command is root:
            acts.append(f"_chartside_files {' '.join(_OPENED)}")
        if acts:
            yield f'        "{" ".join(command.path)}") {"; ".join(acts)} ;;'


def zsh() -> str:
    """For zsh 5: the file _chartside of a folder in fpath."""
    root = grammar.read()
    functions = [line for command in root.walk() for line in (*_zsh_function(command), "")]
    return "\n".join([f"#compdef {COMMAND}", f"# {_HEAD}", "", *functions, f'{_zsh_name(root)} "$@"', ""])


def _zsh_function(command: Command) -> Iterator[str]:
    yield f"{_zsh_name(command)}() {{"
    yield "    local curcontext=$curcontext state line ret=1"
    yield "    typeset -A opt_args"
    places = [_zsh_option(option) for option in command.options]
    if command.commands:
        places += ["'1: :->command'", "'*:: :->rest'"]
    else:
        places += [_zsh_place(number, value) for number, value in enumerate(command.values, start=1)]
    yield "    _arguments -C -s -S \\"
    yield from (f"        {place} \\" for place in places)
    yield "        && ret=0"
    if command.commands:
        yield from _zsh_commands(command)
    yield "    return ret"
    yield "}"


def _zsh_commands(command: Command) -> Iterator[str]:
    yield "    case $state in"
    yield "        command)"
    yield "            local -a commands=("
    for each in command.commands:
        yield f"                {shlex.quote(f'{each.name}:{each.help}')}"
    yield "            )"
    yield "            _describe -t commands command commands && ret=0"
    if len(command.path) == 1:
        yield f"            _files -g '*.({'|'.join(_OPENED)})(-.)' && ret=0"
    yield "            ;;"
    yield "        rest)"
    yield "            case $line[1] in"
    for each in command.commands:
        yield f"                {each.name}) {_zsh_name(each)} && ret=0 ;;"
    yield "            esac"
    yield "            ;;"
    yield "    esac"


def _zsh_name(command: Command) -> str:
    return "_" + "_".join(command.path)


def _zsh_option(option: Option) -> str:
    text = option.help.replace("[", "(").replace("]", ")").replace(":", "\\:")
    forms = []
    for name in option.names:
        again = "*" if option.value is not None and option.value.repeated else ""
        value = "" if option.value is None else f":{option.value.name}:{_zsh_value(option.value)}"
        joint = "=" if value and name.startswith("--") else ""
        forms.append(shlex.quote(f"{again}{name}{joint}[{text}]{value}"))
    return " ".join(forms)


def _zsh_place(number: int, value: Value) -> str:
    at = "*" if value.repeated else str(number)
    return shlex.quote(f"{at}:{value.name}:{_zsh_value(value)}")


def _zsh_value(value: Value) -> str:
    if value.kind == WORDS:
        return f"({' '.join(value.words)})"
    return {FILE: "_files", FOLDER: "_files -/"}.get(value.kind, " ")


def fish() -> str:
    """For fish 3."""
    root = grammar.read()
    lines = [line for command in root.walk() for line in _fish_command(command)]
    return _FISH.format(head=_HEAD, command=COMMAND, valued=" ".join(_valued(root)), lines="\n".join(lines))


def _fish_command(command: Command) -> Iterator[str]:
    path = " ".join(command.path[1:])
    here = f"complete -c {COMMAND} -n '__chartside_at {path}'"
    only = f"complete -c {COMMAND} -n '__chartside_only {path}'"
    for each in command.commands:
        yield f"{only} -a {each.name} -d {_fish(each.help)}"
    if not path:
        yield f"{only} -a '(__chartside_files {' '.join(_OPENED)})'"
    for option in command.own() if path else command.options:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        taken = "" if option.value is None else f" {_fish_value(option.value, after_option=True)}"
        yield f"{here} {names} -d {_fish(option.help)}{taken}"
    for value in command.values:
        if value.kind in {FILE, FOLDER, WORDS}:
            yield f"{here} {_fish_value(value, after_option=False)}"


def _fish_value(value: Value, *, after_option: bool) -> str:
    need = "-r " if after_option else ""
    if value.kind == WORDS:
        return f"{need}-a '{' '.join(value.words)}'"
    return need + {FILE: "-F", FOLDER: "-a '(__fish_complete_directories)'"}.get(value.kind, "")


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _names(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


def _valued(root: Command) -> list[str]:
    """Every option that takes a value: what follows it is no command."""
    found = {name for each in root.walk() for option in each.options if option.value for name in option.names}
    return sorted(found)


_BASH = """\
# {command}(1) completion: {head}

_chartside_words() {{
    local each
    for each in $1; do
        [[ $each == "$cur"* ]] && COMPREPLY+=("$each")
    done
}}

_chartside_folders() {{
    local each
    compopt -o filenames 2>/dev/null
    while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -d -- "$cur")
}}

# Files whose names end in one of the given ways, and folders; without any, all files.
_chartside_files() {{
    local each end
    (($#)) || set -- ""
    compopt -o filenames 2>/dev/null
    while IFS= read -r each; do
        for end; do
            if [[ -d $each || -z $end || $each == *."$end" ]]; then
                COMPREPLY+=("$each")
                break
            fi
        done
    done < <(compgen -f -- "$cur")
}}

_chartside() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} path={command} options="" i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i - 1]}} in
            {valued}) continue ;;
        esac
        case "$path ${{COMP_WORDS[i]}}" in
{steps}
        esac
    done
    # "--data=X" comes as three words.
    if [[ $cur == "=" ]]; then
        cur=""
    elif [[ $prev == "=" ]]; then
        prev=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    case $prev in
{after}
    esac
    case $path in
{options}
    esac
    if [[ $cur == -* ]]; then
        _chartside_words "$options"
        return
    fi
    case $path in
{places}
    esac
}}

complete -F _chartside {command}
"""

_FISH = """\
# {command}: {head}

# The commands typed so far, without options and their values.
function __chartside_path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word {valued}
            set skip 1
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end

function __chartside_at
    set -l path (__chartside_path)
    test (count $argv) = 0; and return 0
    test (count $path) -ge (count $argv); or return 1
    test "$path[1..$(count $argv)]" = "$argv"
end

function __chartside_only
    set -l path (__chartside_path)
    test "$path" = "$argv"
end

# Files whose names end in one of the given ways, and folders.
function __chartside_files
    set -l start (commandline -ct)
    for each in $start*.$argv $start*/
        echo -- $each
    end
end

complete -c {command} -f
{lines}
"""


if __name__ == "__main__":
    sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[1]]())
