"""The lexer of a workout line: its vocabulary, its tokens, and the cursor through them; and what all readers share.

They share the counts of repeats, the parts of a line, and world records.

Tokens are numbers, clocks, words, quoted texts and signs. The signs are the same whatever keyboard the line was typed
on: `×` and `*` are `x`, every kind of prime is a minute or a second, every dash a hyphen. A quote sign behind a digit
is a time; anywhere else it opens a text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from coach.documents import did_you_mean
from coach.quantities import METRES_PER_KM, format_metres
from coach.spelling import Misspelt, read_pace_range
from coach.workout.kinds import PACED_REPS, REPS
from coach.workout.targets import read_speed

# --- the words of the notation in English, German, French, Italian and Spanish
#
# Each table maps a phrase of up to four words, in lower case, to its meaning. A word that is not here is refused with
# its place, so nothing is skipped.

Vocabulary = dict[str, str]
"""Phrases with their meanings."""


def _table(**meanings: str) -> Vocabulary:
    """Invert `meaning="phrase, phrase"`."""
    return {phrase.strip(): meaning for meaning, phrases in meanings.items() for phrase in phrases.split(",")}


PACES: Final[Vocabulary] = _table(
    easy="easy, e, cl, corsa lenta, "
    "ez, easy pace, e pace, aerobic, locker, leicht, lockerer dauerlauf, ga1, facile, ef, "
    "endurance fondamentale, endurance, footing, dauerlauf, dl, rodaje, piano, "
    "fondo lento, lento, suave, fácil, facil, very easy, "
    "ga 1, reko, rekom, langsamer dauerlauf, langsamer dl, ldl, lockerer dl, lockerer lauf, ruhiger dauerlauf, "
    "ruhiger dl, regenerativer dauerlauf, regenerationslauf, langer lauf, langsam, ruhig, "
    "gentle, relaxed, long run, recovery run, easy run",
    marathon="marathon, m, mp, marathon pace, marathon race pace, m pace, mrt, marathontempo, allure marathon, "
    "ritmo maratona, rm, ritmo maratón, ritmo maraton, mgp",
    half="half, hm, hmp, half marathon, half-marathon, half marathon pace, half pace, hm pace, hmrt, "
    "allure semi, semi, mezza, rmm, media, half-marathon pace",
    threshold="threshold, t, lt, tempo, threshold pace, t pace, tempo pace, lt pace, thr, lactate threshold, "
    "schwelle, schwellentempo, tdl, seuil, allure seuil, soglia, umbral, cruise, tempo run, tempo-run, "
    "at threshold, ths",
    goal="goal, gp, rg, goal pace, race pace, rp, race, goal race pace, wettkampftempo, renntempo, allure course, "
    "ritmo gara, ritmo de carrera, target pace",
    mile="mile, r, mile pace, mile race pace, r pace, rep pace, repetition, repetition pace",
    **{
        "5k": "i, i pace, interval, interval pace",
        "10k": "cv, cv pace",
        "3k": "vo2max, vo2, vo2-max, vo2max pace, vvo2max, vma",
    },
)
"""The pace of a name; Daniels' letters are among them."""
GUESSED_PACES: Final = {
    "i": "5k",
    "i pace": "5k",
    "interval": "5k",
    "interval pace": "5k",
    "vo2max": "3k",
    "vo2": "3k",
    "vo2-max": "3k",
    "vo2max pace": "3k",
    "vvo2max": "3k",
    "vma": "3k",
    "cv": "10k",
    "cv pace": "10k",
    "r": "mile",
    "r pace": "mile",
    "rep pace": "mile",
    "repetition": "mile",
    "repetition pace": "mile",
}
"""Names of training paces that are replaced by the nearest race pace, which is reported as a guess."""
EFFORTS: Final[Vocabulary] = _table(
    hard="hard, on, fest, hart, schnell, vite, dur, forte, veloce, fuerte, rápido, rapido, rapide, fort",
    moderate="moderate, moderately, mod, mittel, modéré, medio, moderato, moderado, zügig",
    sprint="sprint, sprints, sprinting",
    fast="fast, quick, strong and fast",
    steady="steady",
    brisk="brisk",
    strong="strong",
    smooth="smooth",
    progressive="progressive, progressivo, progressivi, progressif",
    maximal="maximal, max, max effort, all out, all-out, flat out, à fond, vollgas",
    **{"time trial": "time trial, time-trial, tt, test", "fast, smooth": "fast and smooth"},
)
"""Words of effort, which stay words. Single words are written without quotes."""
EASE: Final = frozenset({"off", "easy", "locker", "facile", "suave", "piano", "lento", "ez"})
"""The easy half of an alternation."""
KIND_WORDS: Final[Vocabulary] = _table(
    warm_up="wu, w/u, w/up, w-up, w.u, warm up, warm-up, warmup, warming up, einlaufen, el, warmlaufen, "
    "échauffement, echauffement, éch, ech, riscaldamento, risc, calentamiento, cal",
    cool_down="cd, c/d, c/down, w/d, c-down, c.d, cool down, cool-down, cooldown, warm down, warm-down, warmdown, "
    "auslaufen, al, retour au calme, rac, rc, defaticamento, def, enfriamiento, vuelta a la calma, "
    "récup finale",
    stride="stride, strides, strider, striders, steigerungen, steigerung, steigerungsläufe, accélérations, "
    "accélération, ligne droite, lignes droites, allunghi, allungo, progresivos, rectas, pickups, pickup",
    hill="hill, hills, hügel, hügelläufe, uphill, hill reps, hill repeats, hill sprints, hill sprint, berg, bergauf, "
    "bergsprints, bergläufe, côte, côtes, cote, cotes, en côte, salita, salite, in salita, cuesta, cuestas, "
    "en cuesta",
    fartlek="fartlek, fahrtspiel",
    open="run, running",
    work="work",
)
"""The kind of a part, where its place in the line does not decide it."""
RUN_BY_METRES: Final = frozenset(
    {"sprint", "sprints", "flying", "fly", "acceleration"}
    | {word for word, kind in KIND_WORDS.items() if kind in REPS - PACED_REPS}
)
"""Words behind a small number of metres that cannot be minutes: `80m stride`."""
MOVES: Final[Vocabulary] = _table(
    jog="jog, jg, jogging, jogged, jogs, trab, traben, trabpause, tp, trabend, trot, trottiné, trotté, trote, "
    "trotando, corsetta, jog rest, jog recovery, easy jog, slow jog, active, shuffle",
    walk="walk, walking, walks, walked, geh, gehen, gehpause, gp, marche, marché, marchée, cammino, camminata, "
    "passo, al passo, caminando, andando, walk rest, walk recovery, walk-jog, walk/jog",
    stand="stand, standing, static, stehen, stehpause, steh, arrêt, statique, sur place, da fermo, fermo, parado, "
    "pause statique, passive, complete rest",
    float="float, floats, floating, flott, souple, flotante",
)
"""The moves of a rest."""
REST_WORDS: Final = frozenset(
    {
        "r", "rest", "rests", "rec", "recs", "recovery", "recoveries", "recov", "rcvry", "rcv", "rst", "ri", "r/i",
        "pause", "pausen", "p", "erholung", "récup", "recup", "récupération", "recuperation", "repos",
        "recupero", "ricupero", "recuperación", "recuperacion", "descanso", "pausa", "interval rest", "off",
        "break", "between", "dazwischen", "rec.",
    }
)  # fmt: skip
"""Words that mark a length before or behind them as the rest."""
SET_WORDS: Final = frozenset(
    {
        "sets", "set", "series", "séries", "serie", "série", "serien", "sätze", "sätzen", "satz", "blocks", "blöcke",
        "rounds", "serienpause", "sp", "bloques", "blocchi", "blocs",
    }
)  # fmt: skip
"""Words for sets, in front of them or behind the rest between them."""
SET_RESTS: Final = frozenset({"sp", "serienpause"})
"""Those that mean the rest between sets, and count nothing."""
REP_WORDS: Final = frozenset(
    {
        "reps", "rep", "repeats", "repeat", "repetitions", "times", "mal", "fois", "veces", "volte", "efforts",
        "wiederholungen", "wdh", "répétitions", "ripetute", "repeticiones", "intervals", "by", "each",
    }
)  # fmt: skip
"""Words for reps, behind their number or behind the rest between them."""
OF_WORDS: Final = frozenset({"of", "de", "da", "von", "à", "a", "zu", "di", "x", "je"})
AT_WORDS: Final = frozenset(
    {
        "at",
        "allure",
        "ritmo",
        "tempo",
        "bei",
        "im",
        "à",
        "al",
        "alla",
        "ad",
        "mit",
        "en",
        "auf",
        "run at",
        "pace",
    }
)
WITH_WORDS: Final = frozenset({"w", "with", "mit", "avec", "con"})
THEN_WORDS: Final = frozenset(
    {"then", "dann", "puis", "poi", "luego", "ensuite", "danach", "and", "und", "et", "plus", "into"}
)
BACK_WORDS: Final = frozenset({"back", "zurück", "retour", "ritorno", "vuelta"})
BETWEEN_WORDS: Final = frozenset(
    {"between", "btw", "btwn", "zwischen", "dazwischen", "entre", "tra", "fra", "after", "nach"}
)
SAME_WORDS: Final = frozenset({"equal", "same", "gleich", "égal", "égale", "uguale", "igual", "idem"})
NO_REST: Final = frozenset({"none", "continuous", "nonstop", "straight", "keine"})
SEND_OFF_WORDS: Final[Vocabulary] = _table(
    on="on, every, on the, alle, toutes les, départ, départ toutes les, ogni, cada, leaving every, leave every, "
    "going every, send-off, sendoff, send off, abgang, abgang alle, go every, off every",
)
CAP_WORDS: Final[Vocabulary] = _table(
    cap="cap, under, below, max hr, hr cap, hr under, hr below, capped at, unter, sous, sotto, bajo, not over, keep hr "
    "under, keep under, stay under",
)
LAST_WORDS: Final = frozenset(
    {"last", "letzte", "letzter", "letztes", "dernier", "dernière", "ultimo", "ultima", "último", "final"}
)
"""Words that begin a remark about the last rep."""
LADDER_WORDS: Final = frozenset(
    {
        "ladder", "pyramid", "pyramide", "piramide", "pirámide", "leiter", "treppe", "échelle", "scala", "escalera",
        "cutdown", "intervalle", "intervalli", "intervalos", "fractionné", "main", "hauptteil",
        "rip", "ripetute", "progression", "progressive", "progressif", "progressivo", "steigerungslauf",
    }
)  # fmt: skip
"""Words in front of a ladder."""
EACH_WORDS: Final = frozenset(
    {"each", "every", "per", "rep", "je", "chacun", "ogni", "cada", "a", "time", "one"}
)
UNITS: Final[Vocabulary] = _table(
    m="m, meter, meters, metre, metres, mètres, mètre, metri, metros, mtr, mtrs, mt, mts",
    km="km, k, kms, kilometer, kilometers, kilometre, kilometres, kilomètres, kilometri, kilómetros, kilometros",
    mi="mi, mile, miles, mls, meile, meilen, miglio, miglia, milla, millas",
    yd="yd, yds, yard, yards",
    lap="lap, laps, runde, runden, tour, tours, giro, giri, vuelta, vueltas",
    min="min, mins, minute, minutes, minuten, minuti, minutos, mn",
    s="s, sec, secs, second, seconds, sek, sekunden, secondes, seconde, secondi, segundos, seg",
    h="h, hr, hrs, hour, hours, std, stunde, stunden, heure, heures, ora, ore, hora, horas",
)
"""Units of length; `m` may be minutes, which the grammar decides by the number."""
RACES: Final = {
    "3": "3k",
    "5": "5k",
    "10": "10k",
    "3000": "3k",
    "5000": "5k",
    "10000": "10k",
    "1500": "mile",
    "1600": "mile",
    "21": "half",
    "42": "marathon",
}
"""The reference pace of a race of so many kilometres or metres."""
HEART_SHARES: Final[Vocabulary] = {
    **_table(
        **{
            "%max": "max, hrmax, maxhr, max hr, mhr, hr max, hfmax, hf max, fcm, fcmax, fc max, "
            "max heart rate, hr, fc, hf, "
            "fcmáx",
            "%reserve": "reserve, hrr, hr reserve, reserve hr, fcr, hfr, hf reserve",
            "%LTHR": "lthr, lt hr, threshold hr, lthf",
            "%threshold": "threshold, t, threshold pace, lt, t pace",
            "%top": "top, top speed, max speed",
        }
    )
}
"""The base of a number of per cent."""


# --- tokens

LONGEST_LINE: Final = 2000
"""Most characters of a line; a page of a coach's book has fewer. Judged."""
TokenKind = Literal["number", "clock", "ratio", "word", "text", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line."""

    kind: TokenKind
    text: str
    """Its normal form: words in lower case, one form of each sign."""
    start: int
    end: int
    value: float = 0.0
    """Of a number; seconds of a clock; parts of rest to one of work of a ratio."""
    is_spaced: bool = False
    """True if there is a space in front of it."""
    raw: str = ""
    """As typed."""


class NotationFault(Exception):
    """A place in a line that cannot be read; `fix` says what to write there."""

    def __init__(self, reason: str, start: int, end: int, fix: str = "", *, replacement: str = "") -> None:
        """Keep the reason, the characters at fault, and the replacement."""
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.fix = fix
        self.replacement = replacement


_SIGNS: Final = {
    "×": "x", "✕": "x", "✖": "x", "*": "x", "⋅": "x",
    "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "‒": "-", "~": "-",  # noqa: RUF001 - dashes people type
    "’": "'", "‘": "'", "′": "'", "´": "'", "`": "'", "‛": "'", "ʹ": "'",  # noqa: RUF001 - primes
    "”": '"', "“": '"', "″": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "ʺ": '"',
    "→": "→", "⇒": "→", "➔": "→", "➜": "→",
    "≤": "<", "≥": ">", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")",  # noqa: RUF001 - wide signs
    "{": "(", "}": ")", "|": "/", "∕": "/", "⁄": "/", "\r": "\n", "＋": "+", "＠": "@",  # noqa: RUF001
}  # fmt: skip
"""Other characters typed for a sign. One character each, so that positions stay true."""
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SPACE: Final = re.compile(r"[^\S\n]+")
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,3}))?(?!\d)")
_RATIO: Final = re.compile(r"(\d):(\d)(?!\d)")
_FRACTION: Final = re.compile(r"([1357])/([248])(?=\s*mi(?:les?)?\b)")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS: Final = re.compile(r"\d{1,2}[.,]\d{3}")
_ABBREVIATED: Final = re.compile(r"w/up|w/u|w\.u\.|c/down|c/d|c\.d\.|w/d|r/i", re.IGNORECASE)
_HYPHENATED: Final = re.compile(
    r"warm-up|cool-down|warm-down|send-off|time-trial|half-marathon|all-out|walk-back|jog-back|walk-down|jog-down|"
    r"walk-jog|vo2-max|vo2max|tempo-run|mid-5k|w-up|c-down|ga ?1",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+\.?(?![^\W\d_])")
_TIME_SIGNS: Final = "'\""


def tokens_of(line: str) -> list[Token]:
    """Cut a line into tokens; the last one is the end.

    Raises:
        NotationFault: the line is empty or too long, or holds a sign that has no meaning here.
    """
    if len(line) > LONGEST_LINE:
        raise NotationFault(
            f"the line is longer than {LONGEST_LINE} characters",
            LONGEST_LINE,
            LONGEST_LINE + 1,
            "Write it as a file: coach workout new FILE.json",
        )
    plain = "".join(_SIGNS.get(letter, letter) for letter in line)
    tokens: list[Token] = []
    place, is_spaced = 0, True
    while place < len(plain):
        space = _SPACE.match(plain, place)
        if space:
            place, is_spaced = space.end(), True
            continue
        token = _token(line, plain, place, is_spaced=is_spaced, before=tokens[-1] if tokens else None)
        tokens.append(token)
        place, is_spaced = token.end, False
    if all(token.text == "\n" for token in tokens):
        raise NotationFault(
            "there is nothing to read", 0, 1, "For example: 2km easy + 6x800 @ 5k / 400 jog + 1km easy"
        )
    tokens.append(Token("end", "", len(line.rstrip()), len(line.rstrip()) + 1, is_spaced=True))
    return tokens


def _token(line: str, plain: str, place: int, *, is_spaced: bool, before: Token | None) -> Token:
    """Cut the token that begins at a place."""

    def made(kind: TokenKind, text: str, end: int, value: float = 0.0) -> Token:
        return Token(kind, text, place, end, value, is_spaced, line[place:end])

    letter = plain[place]
    if letter.isdecimal() or letter in _FRACTIONS:
        return _number(line, plain, place, is_spaced=is_spaced)
    for pattern in (_ABBREVIATED, _HYPHENATED):
        match = pattern.match(plain, place)
        if match and not plain[match.end() : match.end() + 1].isalnum():
            return made("word", match[0].casefold(), match.end())
    if letter.isalpha():
        match = _WORD.match(plain, place)
        assert match is not None
        word = match[0].casefold().removesuffix(".")
        return made("sign" if word == "x" else "word", word, match.end())
    if letter in _TIME_SIGNS:
        is_time = (
            not is_spaced
            and before is not None
            and (before.kind in {"number", "clock"} or before.text == "'")
        )
        if is_time and plain[place : place + 2] == "''":
            return made("sign", '"', place + 2)
        if is_time:
            return made("sign", letter, place + 1)
        close = plain.find(letter, place + 1)
        if close < 0:
            raise NotationFault(
                "a text begins here that does not end",
                place,
                place + 1,
                f"Close it with {letter}, or take the sign out.",
            )
        return made("text", line[place + 1 : close].strip(), close + 1)
    if plain.startswith(("->", "=>"), place):
        return made("sign", "→", place + 2)
    if letter in "+;,/@()[]<>%=&-\n:→.#":
        return made("sign", letter, place + 1)
    raise NotationFault(f"{line[place]!r} has no meaning here", place, place + 1, "Take it out.")


def _number(line: str, plain: str, place: int, *, is_spaced: bool) -> Token:
    """Cut a number, a clock or a ratio."""

    def made(kind: TokenKind, end: int, value: float) -> Token:
        return Token(kind, plain[place:end], place, end, value, is_spaced, line[place:end])

    if plain[place] in _FRACTIONS:
        return made("number", place + 1, _FRACTIONS[plain[place]])
    clock = _CLOCK.match(plain, place)
    if clock:
        big, small, last, part = clock[1], clock[2], clock[3], clock[4]
        if int(small) >= 60 or int(last or 0) >= 60:
            raise NotationFault(
                f"{clock[0]} is not a time: seconds go to 59", place, clock.end(), "For example: 1:30."
            )
        seconds = int(big) * 60.0 + int(small)
        seconds = seconds * 60 + int(last) if last else seconds
        return made("clock", clock.end(), seconds + (float(f"0.{part}") if part else 0.0))
    ratio = _RATIO.match(plain, place)
    if ratio and int(ratio[1]):
        return made("ratio", ratio.end(), int(ratio[2]) / int(ratio[1]))
    fraction = _FRACTION.match(plain, place)
    if fraction:
        return made("number", fraction.end(), int(fraction[1]) / int(fraction[2]))
    match = _NUMBER.match(plain, place)
    if match is None:  # a digit of another script
        raise NotationFault(f"{line[place]!r} is not a digit here", place, place + 1, "Write 0 to 9.")
    is_in_list = plain[place - 1 : place] == "," and plain[place - 2 : place - 1].isdecimal()
    value, end = _value(match[0].partition(",")[0] if is_in_list else match[0])
    end += place
    if plain[end : end + 1] in _FRACTIONS:
        value, end = value + _FRACTIONS[plain[end]], end + 1
    return made("number", end, value)


def _value(digits: str) -> tuple[float, int]:
    """The value of digits with points and commas, and the number of characters used.

    `1,5` is one and a half, `1.000` a thousand, and of `400,800,1200` only the first is used.
    """
    parts = re.split(r"[.,]", digits)
    first = parts[0]
    if len(first) > 7:
        first = first[:7]
    is_thousands = _THOUSANDS.fullmatch(digits) is not None and int(first) > 0
    if is_thousands:
        return float(first + parts[1]), len(digits)
    is_list = len(parts) > 2 or (len(first) >= 3 and "," in digits)
    if len(parts) == 1 or is_list:
        return float(first), len(parts[0])
    return float(f"{first}.{parts[1][:4]}"), len(digits)


# --- the cursor goes through the tokens from left to right, and collects guesses and faults


class Cursor:
    """A place among the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        """Begin at the first token."""
        self.tokens = tokens
        self.at = 0
        self.guesses: list[str] = []
        self.faults: list[NotationFault] = []
        self.depth = 0
        """The depth of brackets and sets at the place."""

    def peek(self, ahead: int = 0) -> Token:
        """Return the token here, or one some tokens ahead; behind the end there is only the end."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Return the token here and advance."""
        token = self.peek()
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        """Return whether one of these signs or words is here."""
        token = self.peek(ahead)
        return token.kind in {"sign", "word"} and token.text in texts

    def accept(self, *texts: str) -> Token | None:
        """Take the sign or word here if it is one of these."""
        return self.take() if self.sees(*texts) else None

    def phrase(self, table: Iterable[str], ahead: int = 0) -> tuple[str, int]:
        """The longest phrase of a table that begins here, and its number of tokens; empty if there is none."""
        best, size = "", 0
        text = ""
        for number in range(4):
            token = self.peek(ahead + number)
            if token.kind != "word" and not (number and token.text == "/" and not token.is_spaced):
                break
            text = f"{text} {token.text}" if text else token.text
            if text in table:
                best, size = text, number + 1
        return best, size

    def accept_phrase(self, table: Iterable[str]) -> str:
        """Take the longest phrase of a table that begins here; empty if there is none."""
        phrase, size = self.phrase(table)
        for _ in range(size):
            self.take()
        return phrase

    def shown(self, start: int, end: int) -> str:
        """The tokens between two places as typed, with single spaces."""
        inside = [token for token in self.tokens if start <= token.start < end]
        return "".join(f"{' ' * (token.is_spaced and token is not inside[0])}{token.raw}" for token in inside)

    def fault(self, reason: str, token: Token, fix: str = "", *, replacement: str = "") -> NotationFault:
        """Make a fault at a token."""
        return NotationFault(reason, token.start, token.end, fix, replacement=replacement)

    def unknown_word(self, token: Token) -> NotationFault:
        """The fault of a token that has no meaning here."""
        if token.kind == "word":
            vocabulary = {*PACES, *EFFORTS, *KIND_WORDS, *MOVES, "rest"}
            vocabulary = {word for word in vocabulary if len(word) > 3}
            if token.text in vocabulary:
                return self.fault(f"“{token.raw[:30]}” does not fit here", token, self._fix_of_word(token))
            near = did_you_mean(token.text, vocabulary)
            fix = near if near.startswith("Did") else self._fix_of_word(token)
            return self.fault(f"“{token.raw[:30]}” has no meaning here", token, fix)
        return self.fault(
            f"“{token.raw.strip()[:30] or 'a new line'}” has no meaning here", token, "Take it out."
        )

    def _fix_of_word(self, token: Token) -> str:
        """The fix for an unknown word: a number without a unit before it is no step."""
        before = [each for each in self.tokens if each.end <= token.start]
        if not before or before[-1].text in {"+", ";", ",", "\n", "(", "[", ".", "→", *THEN_WORDS}:
            return "A step begins with a number: 6x800, 20min easy, 400."
        return f'Take it out, or write it as words of your own: 800 @ "{token.raw[:30]}".'

    def guess(self, text: str) -> None:
        """Record how an open point of the line was read."""
        self.guesses.append(text)


# --- counts of repeats

MOST: Final = 1000
"""A higher count of repeats is a typing mistake."""
MINUTES_UNDER: Final = 50.0
"""`m` behind a smaller number means minutes: reps of 8 m do not exist, and a sprint of 40 m is marked so. Judged."""


class CountReader:
    """Reads a count of repeats."""

    def __init__(self, cursor: Cursor) -> None:
        """Read at a cursor."""
        self._cursor = cursor

    def read(self) -> tuple[int, int | None] | None:
        """Read a count and its sign, if there is one here: `6x`, `8-12x`, `3 sets of`, `6 strides`."""
        first = self._cursor.peek()
        if first.kind != "number":
            return None
        size, most = 1, None
        if self._cursor.sees("-", "to", "bis", "à", "a", ahead=1) and self._cursor.peek(2).kind == "number":
            if not self.is_sign(3):
                return None
            size, most = 3, self._cursor.peek(2)
        if not self.is_sign(size):
            return None
        is_length = first.value >= MINUTES_UNDER and self._cursor.peek(size).text != "x"
        if is_length and self._cursor.peek(size).text not in SET_WORDS | REP_WORDS:
            return None  # `100 stride` is a length, `8 strides` a count
        if first.value >= MINUTES_UNDER and size == 1 and self._is_swapped():
            return None  # `400 x 10`
        for _ in range(size):
            self._cursor.take()
        self._take_sign()
        low = self.whole(first)
        if most is None:
            return low, None
        high = self.whole(most)
        if high <= low:
            raise self._cursor.fault(
                f"{low}-{high} runs backwards", most, f"Write {high}-{low}x, or one number."
            )
        return low, high

    def _take_sign(self) -> None:
        """Take the sign of a count; the words for strides and hills are left for the part."""
        is_sign = self._cursor.accept("x") is not None
        is_word = self._cursor.accept(*SET_WORDS, *REP_WORDS) is not None
        if is_word and not is_sign:
            self._cursor.accept(*OF_WORDS)

    def _is_swapped(self) -> bool:
        """Return whether a count stands behind its length here, as in `400 x 10`."""
        number, after = self._cursor.peek(2), self._cursor.peek(3)
        is_small = (
            self._cursor.sees("x", ahead=1) and number.kind == "number" and number.value < MINUTES_UNDER
        )
        return is_small and after.text not in {*UNITS, "'", '"', "x", "-"}

    def is_sign(self, ahead: int) -> bool:
        """Return whether a sign or word of a count stands here."""
        token = self._cursor.peek(ahead)
        if token.kind == "sign":
            return token.text == "x"
        if token.kind != "word":
            return False
        if token.text in SET_WORDS - SET_RESTS | REP_WORDS:
            after = self._cursor.peek(ahead + 1)
            return after.kind in {"number", "clock"} or after.text in OF_WORDS | {"("}
        phrase, _ = self._cursor.phrase(KIND_WORDS, ahead)
        return bool(phrase) and KIND_WORDS[phrase] in REPS - PACED_REPS

    def whole(self, token: Token) -> int:
        """A count as a whole number."""
        if token.value != int(token.value) or not 1 <= token.value <= MOST:
            reason = f"{token.raw} repeats cannot be run"
            raise self._cursor.fault(reason, token, f"Between 1 and {MOST}.")
        return int(token.value)

    def is_part_ahead(self, ahead: int) -> bool:
        """Return whether a counted part begins here."""
        if self._cursor.peek(ahead).kind != "number":
            return False
        if self._cursor.sees("-", "to", ahead=ahead + 1) and self._cursor.peek(ahead + 2).kind == "number":
            return self.is_sign(ahead + 3) or not self._cursor.sees("/", ahead=ahead + 3)
        return self.is_sign(ahead + 1)


# --- the parts of a line: sets with counts, lengths, targets and rests, each with its place in the line

Tree = dict[str, Any]
"""A piece of a workout document as plain data."""


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a step, as a document writes its end."""

    until: Tree
    start: int
    end: int
    metres: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """The target of a step: one of the document, or a time for the rep, which becomes a pace with its length."""

    start: int
    end: int
    tree: Tree | None = None
    low_s: float = 0.0
    high_s: float = 0.0
    is_clock: bool = False
    """True for a clock without a unit, which may be a pace as well."""
    is_pace: bool = False
    """True if it is marked as a pace, without a unit."""
    speed_factor: float = 0.0

    @property
    def is_figure(self) -> bool:
        """True if it is in figures, not the name of a pace or a word of effort."""
        return self.tree is None or not ("effort" in self.tree or "ref" in self.tree.get("pace", ""))


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest behind a rep."""

    start: int
    end: int
    length: Length | None = None
    """None: until a press, unless one of the next fields is set."""
    move: str = ""
    aim: Aim | None = None
    ratio: float | None = None
    """Parts of rest for one part of work."""
    is_back: bool = False
    """True for back to the start of the rep."""
    is_down: bool = False
    """True for back down the hill."""
    is_none: bool = False
    is_ease: bool = False
    """True for the easy half of an alternation."""
    whose: str = ""
    """`reps` or `sets`, if written."""
    is_letter: bool = False
    """True if written as the letter `r` or `R` alone; many use both for the same rest."""


@dataclass(slots=True)
class Part:
    """A part of the line; suffixes add to it as they are read."""

    start: int
    end: int = 0
    count: int | None = None
    most: int | None = None
    """The upper end of a range of counts."""
    lengths: list[Length] = field(default_factory=list)
    body: list["Part"] = field(default_factory=list)
    """The parts in brackets."""
    kind: str = ""
    aims: list[Aim] = field(default_factory=list)
    ramp: Aim | None = None
    caps: list[Aim] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    doubtful: list[Length] = field(default_factory=list)
    """Times in brackets that may be the rest or the time of the rep."""
    send_off: Length | None = None
    change: Tree | None = None
    change_s: float = 0.0
    """Seconds that each rep changes by."""
    notes: list[str] = field(default_factory=list)
    is_group: bool = False
    is_chained: bool = False
    """True if nothing separates it from the part before, so that what follows applies to both."""
    is_listed: bool = False
    """True if it stands behind a comma, or behind nothing."""
    is_easy_word: bool = False
    """True if it is called easy (or off) without a pace."""

    @property
    def inner(self) -> "Part":
        """The part whose reps are run: itself, or the only part in its brackets."""
        part = self
        while part.body and len(part.body) == 1:
            part = part.body[0]
        return part

    @property
    def is_nested(self) -> bool:
        """True if it is a set of counted reps."""
        return self.count is not None and any(part.count is not None for part in self.body)


@dataclass(slots=True)
class ParsedLine:
    """The parts of a line."""

    parts: list[Part]
    guesses: list[str]
    faults: list[NotationFault]


# --- paces, and world records: a faster target is a mistake in the line


def pace_text(low_s: float, high_s: float, unit: str, start: int, end: int) -> str:
    """Spell a pace or a range of paces, from seconds per kilometre or mile.

    Raises:
        NotationFault: the pace is impossible.
    """

    def clock(seconds: float) -> str:
        minutes, rest = divmod(round(seconds, 2), 60)
        text = f"{rest:05.2f}".rstrip("0").rstrip(".")
        return f"{minutes:.0f}:{text.zfill(2)}"

    text = clock(low_s) if low_s == high_s else f"{clock(low_s)}-{clock(high_s)}"
    text = f"{text}/{unit}"
    try:
        read_pace_range(text)
    except Misspelt as fault:
        raise NotationFault(fault.reason, start, end, fault.fix) from None
    return text


_RECORDS: Final = (
    (100.0, 9.58),
    (200.0, 19.19),
    (400.0, 43.03),
    (800.0, 100.91),
    (1000.0, 131.96),
    (1500.0, 206.0),
    (3000.0, 437.55),
    (5000.0, 755.36),
    (10_000.0, 1571.0),
)
"""Men's world records, outdoors, 2024, in metres and seconds."""


def refuse_records(aim: Aim, tree: Tree, length: Length | None) -> None:
    """Refuse a pace or speed in figures that is faster than any record over that length.

    Raises:
        NotationFault: at the target.
    """
    text = tree.get("pace", tree.get("speed"))
    if not isinstance(text, str) or length is None or "%" in text:
        return
    try:
        speed = read_pace_range(text)[1] if "pace" in tree else read_speed(text).high
    except Misspelt:
        return  # the document reports its own fault
    metres = length.metres or (length.seconds or 0.0) * speed
    fastest = record_lower_bound(metres)
    if metres and metres / speed < fastest:
        pace = fastest / metres * METRES_PER_KM
        limit = pace_text(pace, pace, "km", aim.start, aim.end)
        raise NotationFault(
            f"nobody has run {format_metres(metres)} so fast",
            aim.start,
            aim.end,
            f"The fastest ever is near {limit}. Write a slower pace, or /lap or /mi behind the time.",
        )


def record_lower_bound(metres: float) -> float:
    """A time no slower than the record, at the speed of the record over the next shorter distance; 0 below 100 m."""
    distance, seconds = max((row for row in _RECORDS if row[0] <= metres), default=_RECORDS[0])
    return seconds * metres / distance if metres >= distance else 0.0


def record_upper_bound(metres: float) -> float:
    """A time no faster than the record, at the speed of the record over the next longer distance, up to 10 km."""
    for distance, seconds in _RECORDS:
        if metres <= distance:
            return seconds * metres / distance
    distance, seconds = _RECORDS[-1]
    return seconds * metres / distance
