"""Text in a document that tries to give orders to the assistant that reads it.

Rules, since they are the same everywhere, explain themselves and cost nothing: an order speaks to a machine (its
instructions, prompt, role, reply) or forbids to tell the person. Clinical texts are full of orders to people, so a rule
wants words that only a machine is addressed by. What is found is told at import and kept out of prompts; what no rule
knows still stands between fences as quoted material, and the model has no tools to act with.
"""

# ruff: noqa: E501 - a rule reads best on one line
from __future__ import annotations

import re
from collections.abc import Sequence

from engine.evidence.sentences import Span, split_sentences
from engine.types import DocumentText

_LONGEST_QUOTE = 110
_MOST_TOLD = 3

_START = r"(?:^|(?<=[.!?:;\n\"'“‘(*>|\]])|(?<=--)|(?<=[-–—•] )|(?<=\band )|(?<=\bplease ))\s*(?:please |now,? |then,? |also,? |instead,? )*"
_OLD = r"(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|other|past|last|former)"
_TOLD = r"(?:instructions?|prompts?|directions|directives?|commands?|system messages?|messages|conversations?)"
_FORGET = r"(?:ignore|disregard|forget|override|bypass|skip|neglect|discard|cancel|do not follow|don't follow)"
_REPLY = r"(?:response|reply|replies|answer|output|completion|summary of this)"
_WRITE = (
    r"(?:include|add|append|insert|integrate|incorporate|embed|replace|substitute|use|modify|alter|change|provide|"
    r"introduce|misspell|rearrange|anagram|scramble|remove|group|mention|end|begin|start|finish|conclude|suggest|"
    r"promote|translate|encode|convert|make|format|limit|prefix|preface|repeat|reverse|give|phrase|deliver|craft|write|augment|enhance|"
    r"combine|jumble|render|weave|slip|work|link)"
)
_SAY = r"(?:say|state|write|output|print|reply|respond|answer|tell|claim|return|repeat|report|recommend|conclude)"
# The rest of a sentence: a full stop inside an address or before a closing quote does not end it.
_ON = r"(?:[^.!?]|[.!?](?=[\w\"”'’/]))"
_MACHINE = r"(?:a\.?i\.?|artificial intelligence|language models?|llms?|chat ?bots?|gpt|chatgpt|assistant|copilot)"

_RULES = (
    # earlier instructions
    rf"\b{_FORGET}\b[^.!?]{{0,40}}\b{_OLD}\b[^.!?]{{0,25}}\b{_TOLD}\b",
    rf"\b{_FORGET}\b[^.!?]{{0,20}}\b(?:all |any |your |these |those |the )(?:of )?(?:your |the )?{_TOLD}",
    rf"\b{_FORGET} (?:all|everything|anything|what)\b[^.!?]{{0,30}}\b(?:told|instructed|said|above|before)\b",
    rf"{_START}(?:ignore|disregard|forget) (?:the|this|all of the|everything in the) [^.!?]{{0,40}}\band (?:just |only |instead )?{_SAY}\b",
    r"\byour (?:previous|original|prior|initial|hidden|secret|real|true|system|actual) (?:instructions?|prompt|rules|programming|task)\b",
    r"\b(?:new|updated|revised|real|actual|important|special) instructions? (?:for (?:you|the)|to (?:you|the model|follow instead))",
    # the same in other languages that clinics here read
    r"\b(?:ignor\w+|vergessen|vergiss|olvid\w+|oublie[zr]?|dimentica\w*|esque[cç]\w+)\b[^.!?]{0,40}\b(?:anweisungen|instrucciones|instructions|istruzioni|instruções)\b",
    r"(?:忽略|无视|無視|忘记|忘れ)[^。！？]{0,20}(?:指示|指令|说明)|(?:指示|指令)[^。！？]{0,8}(?:無視|忽略)",
    rf"\boverride mode\b|{_START}(?:state|output|print|say) the following\s*:",
    # the machine itself
    r"\bsystem (?:prompt|mode|override)\b[^.!?]{0,40}(?:[:=]|\bis\b|\bshow|\breveal|\bactivat|\benabl|\bignore|\bprint|\babove)",
    r"\b(?:reveal|show|print|repeat|output|display|leak|disclose|tell me|give me|what is|what's)\b[^.!?]{0,30}\b(?:system|initial|hidden|your) prompt\b",
    r"\b(?:developer|god|dan|admin|debug|jailbreak|unrestricted|sudo) mode\b[^.!?]{0,30}\b(?:on|enabled|activated?|active|enter)",
    r"\b(?:enter|enable|activate|switch to|you are (?:now )?in) (?:a |the )?(?:developer|god|dan|admin|debug|jailbreak|unrestricted|system) mode\b",
    rf"\b(?:note|message|instructions?|attention|notice|memo|reminder|order|command)s?,? (?:to|for) (?:the |any |all |every |an? )?{_MACHINE}\b",
    rf"(?:^|[\n.!?(\[>*]\s*)(?:dear |hey |attention,? |hello,? |ok,? )?(?:{_MACHINE})(?:,|:| must\b| should now\b)\s*(?:you|ignore|please|disregard|do not|don't|always|must|reply|respond|answer)",
    rf"\bif you are (?:an? )?{_MACHINE}\b",
    rf"\byou are (?:now |no longer |from now on )(?:an? |the |my )?(?:[\w-]+ ){{0,3}}(?:{_MACHINE}|pirate|hacker|character|persona|bot|terminal|expert who)",
    rf"{_START}(?:act|behave|respond|answer|speak|write) (?:as|like) (?:if you (?:are|were)|an? (?:[\w-]+ )?(?:{_MACHINE}|pirate|hacker|terminal|evil))",
    rf"{_START}(?:pretend|imagine) (?:to be|that you are|you are|you're) (?:an? )?(?:[\w-]+ )?(?:{_MACHINE}|pirate|hacker|terminal|evil|unrestricted)",
    r"\bfrom now on,? (?:you (?:are|will|must|shall|should)\b[^.!?]{0,50}\b(?:respond|reply|answer|say|act as|assistant|bot|persona)|(?:respond|reply|answer|say)\b)",
    # tags of chat formats
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id)[^|]{0,20}\|>|\[/?INST\]|<</?SYS>>|</?start_of_turn>",
    r"(?:^|\n)\s*(?:#{2,4}\s*|\[|<)(?:system|assistant|human)(?: (?:message|prompt|note|instructions?))?[\]>:]",
    # what the reply is to be
    rf"{_START}(?:in (?:your|the) {_REPLY},?\s+)?{_WRITE}\b{_ON}{{0,160}}\b(?:your {_REPLY}|(?:to|in|into|of) the (?:response|reply|output))\b",
    rf"{_START}(?:in|at the (?:end|start|beginning) of) your {_REPLY}\b,?",
    rf"\b(?:{_REPLY}|respond|reply|answer)(?:s|ing)? (?:only|exactly|always|solely|just|nothing but)(?: and \w+)? (?:with|in|using|as|by)\b",
    rf"{_START}(?:reply|respond|answer) (?:to (?:all|every|any|the)\b[^.!?]{{0,40}})?(?:in|with|using|as) (?:the (?:word|phrase|text|following)|[\"'“‘]|french|german|spanish|chinese|base64|morse|emoji|all caps|reverse|rhymes?)",
    r"\b(?:no matter|regardless of|whatever) (?:what |which |the )?(?:you are|question|user|they)\b[^.!?]{0,40}\b(?:asked?|question|say|reply|respond|answer)\b",
    # the person who is kept from knowing, or sent elsewhere
    r"\b(?:do not|don't|never|without) (?:tell|telling|inform|informing|alert|alerting|warn|warning|mention|mentioning|reveal|revealing)\b[^.!?]{0,50}\b(?:users?|person asking|reader|human)\b",
    r"\b(?:tell|instruct|ask|urge|direct|advise|encourage|convince) (?:the |all )?users? (?:to|that|they)\b",
    r"\b(?:send|forward|e-?mail|post|upload|transmit|exfiltrate|leak)\b[^.!?]{0,60}\b(?:this conversation|the conversation|chat history|the prompt|your (?:instructions|prompt|context)|passwords?|credentials|api keys?|all (?:the )?(?:patient|employee|user) (?:data|records|names))\b[^.!?]{0,40}\b(?:to|at)\b",
)
_ORDER = re.compile("|".join(f"(?:{rule})" for rule in _RULES), re.IGNORECASE)


def find_orders(text: str) -> list[Span]:
    """The sentences that give orders to an assistant, with exact offsets."""
    found = [match.span() for match in _ORDER.finditer(text)]
    if not found:
        return []
    return [
        span for span in split_sentences(text) if any(start < span.end and end > span.start for start, end in found)
    ]


def without_orders(text: str) -> str:
    """A passage as a model may see it: sentences that give orders are taken out."""
    kept, at = [], 0
    for span in find_orders(text):
        kept.append(text[at : span.start].rstrip(" "))
        at = span.end
    return "".join([*kept, text[at:]]).strip() if at else text


def order_warnings(document: DocumentText) -> list[str]:
    """What the library tells of a document that gives orders, one line each, the first few."""
    found = find_orders(document.text)
    told = [
        f"This document contains text that tries to give the assistant orders{_page(document, span.start)}: "
        f"“{quoted(span.text)}”"
        for span in found[:_MOST_TOLD]
    ]
    if len(found) > _MOST_TOLD:
        told.append(f"It contains {len(found) - _MOST_TOLD} more of such orders. None of them is shown to the model.")
    return told


def quoted(text: str) -> str:
    """A sentence on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _page(document: DocumentText, offset: int) -> str:
    if not document.paged:
        return ""
    return next((f" (page {page.number})" for page in document.pages if page.start <= offset <= page.end), "")


def named(document: str, page: int | None, orders: Sequence[Span]) -> list[str]:
    """Orders as an answer names what it left out."""
    place = f", page {page}" if page is not None else ""
    return [f"Order to the assistant in {document}{place}: “{quoted(span.text)}”" for span in orders]
