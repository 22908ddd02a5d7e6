"""chartside why and chartside replay: what made an answer, and the same answer once more."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from engine.assistant.replay import Replayer, ReplayResult
from engine.assistant.why import WhyPassage, WhyRecord
from engine.assistant.why_file import load_record
from engine.commands.console import Console, Session
from engine.commands.protection import protection_of
from engine.commands.questions import show_progress
from engine.commands.wording import place
from engine.inference.client import LlamaBackend
from engine.models.service import Models
from engine.settings import SettingsStore
from engine.types import AskEvent, AskStage
from engine.workers.roles import Role
from engine.workers.supervisor import Supervisor


def run(session: Session, args: argparse.Namespace) -> int:
    """Tell, print as JSON or save everything that made one answer."""
    with session.workspace() as workspace:
        record = workspace.assistant.why(args.id)
        if args.save:
            protection = protection_of(session, args)
            workspace.assistant.save_why(args.id, Path(args.save), protection)
            how = "encrypted" if protection.passphrase else "unencrypted"
            session.console.say(f"Saved to {args.save}. It holds text of the clinic's documents, {how}.")
    if session.console.json:
        session.console.print_json({"saved": args.save} if args.save else record)
    elif not args.save:
        _print(session.console, record)
    return 0


def replay(session: Session, args: argparse.Namespace) -> int:
    """Have the answer of a saved file written again. Needs the model, not the workspace. Exit code 3 if it differs."""
    record = load_record(Path(args.file))
    console, paths = session.console, session.paths
    children = Supervisor()
    try:
        backend = LlamaBackend(children.client(Role.INFERENCE), paths.models / "devices.json")
        replayer = Replayer(Models(paths, SettingsStore(paths.settings_file)), backend)
        result = replayer.replay(record, lambda event: _show(console, event))
    finally:
        children.close()
        console.end_progress()
    if console.json:
        console.print_json(result)
    else:
        _print_result(console, result)
    return 0 if result.same else 3


def _show(console: Console, event: AskEvent) -> None:
    if event.stage is AskStage.WRITING:
        console.end_progress()
        if not console.json:
            console.out.write(event.text)
            console.out.flush()
    else:
        show_progress(console, event)


def _print_result(console: Console, result: ReplayResult) -> None:
    console.print("\n")
    for change in result.changed:
        console.say(f"Not as then: {change}.")
    if result.same:
        console.print("The same answer, character for character.")
        return
    at = result.first_difference or 0
    console.print(f"Another answer, from character {at} on. Recorded: “{_from(result.recorded, at)}”")
    console.print(f"Now: “{_from(result.text, at)}”")


def _from(text: str, at: int) -> str:
    return textwrap.shorten(text[at:], 120, placeholder=" …")


def _print(console: Console, record: WhyRecord) -> None:
    console.print(f"Question:     {record.question}")
    console.print(f"Searched as:  {record.searched_as}")
    console.print(f"Asked:        {record.asked_at} · answer {record.turn_id} of conversation {record.conversation_id}")
    console.print("\nPassages (rank · by words · by meaning · score):")
    for passage in record.passages:
        console.print(f"  {_passage_line(passage)}")
    for name in record.left_out:
        console.print(f"  left out for lack of room: {name}")
    console.print()
    _print_model(console, record)
    console.print("\nWhat the model saw:\n" if record.prompt else "\nNo prompt was stored with this answer.")
    console.print(textwrap.indent(record.prompt_text, "  | ", lambda _line: True))
    console.print("\nWhat it wrote:\n")
    console.print(textwrap.indent(record.written, "  | ", lambda _line: True))


def _passage_line(passage: WhyPassage) -> str:
    where = place(passage.document, passage.page) + (f" · {passage.section}" if passage.section else "")
    if passage.earlier:
        return f"from an earlier question · {where}"
    ranks = [str(rank) if rank else "–" for rank in (passage.rank, passage.keyword_rank, passage.dense_rank)]
    seen = "" if passage.in_prompt else " · not shown to the model"
    return f"{' · '.join(ranks)} · {passage.score:.3f} · {where}{seen}"


def _print_model(console: Console, record: WhyRecord) -> None:
    model, sampling, times, device = record.model, record.sampling, record.timings, record.device
    console.print(f"Model:        {model.name or model.id or 'none was asked'}")
    if model.sha256:
        console.print(f"              SHA-256 {model.sha256}")
    if device is not None:
        gpu = f", {device.gpu_layers} layers on the GPU" if device.gpu_layers else ""
        console.print(f"Device:       {device.device}{gpu}, {device.threads} threads, {device.n_ctx} tokens of context")
    console.print(
        f"Settings:     temperature {sampling.temperature:g}, top-p {sampling.top_p:g}, top-k {sampling.top_k}, "
        f"min-p {sampling.min_p:g}, repeat penalty {sampling.repeat_penalty:g}, at most {sampling.max_tokens} tokens, "
        f"seed {sampling.seed}"
    )
    versions = [record.program and f"Chartside {record.program}", record.runtime, record.prompt_version]
    console.print(f"Versions:     {', '.join(version for version in versions if version)}")
    console.print(
        f"Times:        search {times.search_ms:.0f} ms, first word {times.first_token_ms:.0f} ms, "
        f"all {times.total_ms:.0f} ms; {times.tokens} tokens at {times.tokens_per_s:.1f} a second; "
        f"{times.reused_tokens} of {times.prompt_tokens} prompt tokens were known already"
    )
