"""Errors in amounts: doses, units, how often, how long, when, vital signs and other numbers."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tests.benchmarks.planted.mutation import Change, Kind
from tests.benchmarks.planted.words import Spoken

_DOSE = re.compile(
    r"(?<![\d./])(\d+(?:,\d{3})*(?:\.\d+)?)(?:\s?|-)(mg|mcg|µg|milligrams?|units|g|ml|puffs?|iu|%)(?![\w/])", re.I
)
_STRENGTHS = (2.5, 5, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150, 250, 300, 400, 500, 600, 800, 1000)
_UNIT_SLIPS = {
    "mg": ("mcg", "g"), "mcg": ("mg",), "µg": ("mg",), "milligrams": ("micrograms",), "milligram": ("microgram",),
    "units": ("mg", "mL"), "g": ("mg",), "ml": ("L",), "cm": ("mm",), "mm": ("cm",), "miles": ("feet",),
    "pounds": ("kilograms",), "lbs": ("kg",), "lb": ("kg",), "kg": ("lb",), "feet": ("meters",), "inches": ("feet",),
    "ounces": ("pounds",), "ounce": ("pound",),
}  # fmt: skip
_WITH_UNIT = re.compile(rf"(?<![\d./])\d+(?:\.\d+)?(?:\s?|-)({'|'.join(_UNIT_SLIPS)})(?![\w/])", re.I)
_OFTEN = (
    "once a day;once daily;once weekly;daily;twice a day;twice daily;three times a day;three times daily;3 times a day;"
    "3 times daily;2 times daily;four times a day;4 times a day;every 4 hours;every 6 hours;every 8 hours;"
    "every 12 hours;weekly;"
    "once a week;twice a week;every week;every day;every other day;each day;a day;per day;b.i.d.;t.i.d.;"
    "at night;at bedtime;every morning;nightly;every night;monthly;every month;2 times per week;3 times per week;"
    "2 to 3 times per week;"
    "3 times a week;2 times a day;per week;a week;an hour;BD;OD;x 4/week"
).split(";")
_FREQUENCY = re.compile(
    r"(?<![\w-])(?:" + "|".join(re.escape(words) for words in sorted(_OFTEN, key=len, reverse=True)) + r")(?![\w-])"
)
# Frequency per day (or per night) of each phrase that another may replace; equal ones are no error.
_PER_DAY = {
    "once a day": 1.0, "daily": 1.0, "twice daily": 2.0, "twice a day": 2.0, "three times a day": 3.0,
    "every 4 hours": 6.0, "every 6 hours": 4.0, "every 8 hours": 3.0, "every 12 hours": 2.0, "once a week": 1 / 7,
    "every other day": 0.5, "four times a day": 4.0,
}  # fmt: skip
_COUNT = r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|few|couple of)"
_SPAN = re.compile(
    rf"(?<![\w/.-])({_COUNT})((?:\s+to\s+{_COUNT}|-{_COUNT})?[\s-])(second|minute|hour|day|week|month|year)(s?)"
    r"(?![-\s]+olds?\b)(?!\w)",
    re.I,
)
_SLASHED = re.compile(r"(?<![\w/.])(\d{1,2})/(7|52|12)(?![\d/])")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNIT_OF_TIME = ("second", "minute", "hour", "day", "week", "month", "year")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DATE = re.compile(
    rf"\b(?:({'|'.join(m for m in _MONTHS if m != 'May')})|({'|'.join(_DAYS)})|((?:19|20)\d\d)|(0\d|1[0-2])(?=/\d)|"
    r"(yesterday|last week|last month|last year|this morning|tomorrow|last night))\b"
)
_RELATIVE = {
    "yesterday": "last week", "last week": "last month", "last month": "last year", "last year": "last month",
    "this morning": "3 days ago", "tomorrow": "next month", "last night": "last week",
}  # fmt: skip
_VITAL = re.compile(
    r"(?:blood pressures?|\bBP|heart rate|pulse|\bHR|temp(?:erature)?|respirat(?:ory rate|ions?)|saturations?|SpO2|O2|"
    r"oxygen|weigh(?:t|s|ed)?|BMI)\b[^.;]{0,45}?(?<![\d/.])(\d{2,3}(?:\.\d+)?(?:/\d{2,3})?)(?![\d/-])"
    r"(?!\s?(?:mg|years?|months?|weeks?|days?|hours?|minutes?))",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w/.,-])(\d+(?:\.\d+)?)(?=(?:-year|-month|/\d| out of|%| degrees|\s*$|[.,;]?\s|\.$))"
    r"(?!\s?(?:mg|mcg|units|ml|puffs)\b)"
)
_LIST_ITEM = re.compile(r"^\s*\(?\d{1,2}[.)]")


def amounts(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    """Every error of amount that the sentence has room for."""
    yield from _doses(text, spoken, chance)
    yield from _units(text, chance)
    yield from _frequencies(text, chance)
    yield from _durations(text, spoken, chance)
    yield from _dates(text, chance)
    yield from _numbers(text, spoken, chance)


def _doses(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    for found in _DOSE.finditer(text):
        unit = found[2].lower()
        value = float(found[1].replace(",", ""))
        if unit == "%":
            continue
        tenfold = [slip for slip in (value * 10, value / 10) if not spoken.has_number(_plain(slip), unit)]
        if tenfold and (value >= 1 or value * 10 in tenfold):
            yield Change(Kind.DOSE_TENFOLD, found.start(1), found.end(1), _plain(chance.choice(tenfold)))
        strengths = _STRENGTHS if unit not in {"puff", "puffs", "g"} else (1, 2, 3, 4, 6)
        others = [
            new for new in strengths
            if new not in {value, value * 10, value / 10} and value / 5 <= new <= value * 5
            and not spoken.has_number(_plain(new), unit)
        ]  # fmt: skip
        if others:
            yield Change(Kind.DOSE_OTHER, found.start(1), found.end(1), _plain(chance.choice(others)))


def _units(text: str, chance: random.Random) -> Iterator[Change]:
    for found in _WITH_UNIT.finditer(text):
        yield Change(Kind.UNIT, found.start(1), found.end(1), chance.choice(_UNIT_SLIPS[found[1].lower()]))


def _frequencies(text: str, chance: random.Random) -> Iterator[Change]:
    for found in _FREQUENCY.finditer(text):
        said = found.group()
        if re.match(r" (?:activit|living|life|routine|basis)", text[found.end() :]):
            continue
        if said in {"BD", "OD", "b.i.d.", "t.i.d."}:
            new = {"BD": "QDS", "OD": "TDS", "b.i.d.": "q.i.d.", "t.i.d.": "once daily"}[said]
        elif said in {"a day", "per day", "each day", "every day"}:
            new = chance.choice(["a week", "every other day"]) if said in {"a day", "per day"} else "once a week"
            if new == "every other day" and re.search(r"times? $", text[: found.start()]):
                new = "a week"
        elif said in {"per week", "a week", "an hour"}:
            if said != "per week" and not re.search(r"(?:times?|\d) $", text[: found.start()]):
                continue
            new = "a month" if "week" in said else "a day"
        elif said in {"at night", "at bedtime", "nightly", "every night"}:
            new = "in the morning" if said.startswith("at") else "every morning"
        elif said == "every morning":
            new = "every night"
        else:
            own = _per_day(said)
            new = chance.choice([words for words, rate in _PER_DAY.items() if rate != own])
            if said == "daily" and re.match(r" (?!$|with|for|as|by|at|in|and|or)\w", text[found.end() :]):
                new = chance.choice(["weekly", "monthly"])  # "daily weight", "daily basis"
        yield Change(Kind.FREQUENCY, found.start(), found.end(), new)


def _per_day(words: str) -> float:
    plain = words.lower().replace("daily", "a day") if words.lower() != "daily" else "once a day"
    counts = {"once": 1, "twice": 2, "three": 3, "four": 4, "every": 1}
    if hours := re.search(r"every (\d+) hours", plain):
        return 24 / int(hours[1])
    first = plain.split()[0]
    count = float(counts.get(first, 0)) or (float(first) if first.isdigit() else 1.0)
    over = 7 if "week" in plain else 30 if "month" in plain else 1
    return count / over


def _durations(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    for found in _SPAN.finditer(text):
        count, middle, unit, plural = found.groups()
        unit = unit.lower()
        if count.lower() in {"a", "an"} and re.search(
            r"(?:once|twice|times?|mg|units|day|daily|week) $", text[: found.start()]
        ):
            continue  # "twice a day" says how often
        if re.search(r"(?:every|per|each) $", text[: found.start()]) or text[found.end() :].startswith(" old"):
            continue
        kind = Kind.DATE if re.match(r" ago| prior| earlier", text[found.end() :]) else Kind.DURATION
        numeric = count.lower() in _WORDS or count.isdigit()
        if numeric and not middle.strip(" -") and chance.random() < 0.6:
            value = _WORDS.index(count.lower()) + 1 if count.lower() in _WORDS else int(count)
            others = [
                new for new in {value + 1, value + 2, value * 2, value * 3, value - 1} if new > 1 and new != value
            ]
            new = chance.choice([n for n in others if not spoken.has_number(str(n), unit)] or others)
            written = _WORDS[new - 1] if count.lower() in _WORDS and new <= len(_WORDS) else str(new)
            many = "s" if plural or (not plural and value == 1 and "-" not in middle) else ""
            yield Change(kind, found.start(), found.end(), f"{written}{middle}{unit}{many}")
        else:
            index = _UNIT_OF_TIME.index(unit)
            choices = [i for i in (index - 1, index + 1) if 1 <= i < len(_UNIT_OF_TIME)]
            other = _UNIT_OF_TIME[chance.choice(choices)]
            article = count.lower() in {"a", "an"}
            new_span = f"{'an' if other == 'hour' else 'a'}{middle}{other}{plural}" if article else other
            yield Change(kind, found.start(1 if article else 3), found.end(4 if article else 3), new_span)
    for found in _SLASHED.finditer(text):
        if found[2] == "7" or not re.search(r"strength|grade|murmur|reflex", text):
            yield Change(Kind.DURATION, found.start(2), found.end(2), {"7": "52", "52": "12", "12": "52"}[found[2]])


def _dates(text: str, chance: random.Random) -> Iterator[Change]:
    for found in _DATE.finditer(text):
        month, day, year, numeric, relative = found.groups()
        if month:
            new = chance.choice([name for name in _MONTHS if name not in {month, "May"}])
        elif day:
            new = chance.choice([name for name in _DAYS if name != day])
        elif year:
            new = str(int(year) + chance.choice([-10, -3, -2, -1, 1]))
        elif numeric:
            new = f"{(int(numeric) + chance.choice([1, 2, 5, 7])) % 12 + 1:02d}"
            new = new if new != numeric else f"{int(numeric) % 12 + 1:02d}"
        else:
            new = _RELATIVE[relative]
        yield Change(Kind.DATE, found.start(), found.end(), new)


def _numbers(text: str, spoken: Spoken, chance: random.Random) -> Iterator[Change]:
    taken: list[tuple[int, int]] = [found.span() for found in _SLASHED.finditer(text)]
    taken += [found.span() for found in _SPAN.finditer(text)] + [found.span() for found in _DATE.finditer(text)]
    for found in _VITAL.finditer(text):
        taken.append(found.span(1))
        yield Change(Kind.VITAL, found.start(1), found.end(1), _other_digit(found[1], chance))
    for found in _NUMBER.finditer(text):
        inside = any(start < found.end(1) and found.start(1) < end for start, end in taken)
        frequency = any(f.start() < found.end(1) and found.start(1) < f.end() for f in _FREQUENCY.finditer(text))
        if inside or frequency or (_LIST_ITEM.match(text) and found.start() < 4) or _is_name(text, found):
            continue
        new = _other_digit(found[1], chance)
        if re.search(r"\btype $", text[: found.start()]):
            new = "1" if found[1] == "2" else "2"
        yield Change(Kind.VALUE, found.start(1), found.end(1), new)


def _is_name(text: str, found: re.Match[str]) -> bool:
    """Whether the number is part of a name: "type 2 diabetes" as another type would be, but "vitamin B 12" is not."""
    return re.search(r"(?:COVID-|vitamin \w|\bB|icd|code|number) ?$", text[: found.start()], re.I) is not None


def _other_digit(number: str, chance: random.Random) -> str:
    """The number with its first, or another, digit changed; never the same value, never a leading zero."""
    places = [index for index, character in enumerate(number) if character.isdigit()]
    whole = len(re.split(r"[./]", number)[0])
    place = chance.choice([index for index in places if index < max(1, whole)] + places[-1:] * ("." not in number))
    digits = [d for d in "123456789" if d != number[place] and abs(int(d) - int(number[place])) >= 2]
    return number[:place] + chance.choice(digits) + number[place + 1 :]


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
