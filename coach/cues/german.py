"""The words of cues in German: "Zu schnell. Locker lassen."."""

from typing import Final

from coach.cues.language import Language, Words
from coach.session.buttons import Button
from coach.signals.readings import Source
from coach.workout.timeline import Move

_ONES: Final = (
    *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf"),
    *("zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS: Final = (
    "",
    "",
    "zwanzig",
    "dreißig",
    "vierzig",
    "fünfzig",
    "sechzig",
    "siebzig",
    "achtzig",
    "neunzig",
)


def _number(whole: int) -> str:
    if whole < 20:
        return _ONES[whole]
    if whole < 100:
        tens, ones = divmod(whole, 10)
        return f"{_joined(ones)}und{_TENS[tens]}" if ones else _TENS[tens]
    if whole < 1000:
        hundreds, rest = divmod(whole, 100)
        return f"{_joined(hundreds)}hundert{_number(rest) if rest else ''}"
    thousands, rest = divmod(whole, 1000)
    return f"{_before_thousand(thousands)}tausend{_number(rest) if rest else ''}"


def _joined(ones: int) -> str:
    return "ein" if ones == 1 else _ONES[ones]


def _before_thousand(thousands: int) -> str:
    words = _number(thousands)
    return words.removesuffix("s") if words.endswith("eins") else words


def _two_digits(value: int) -> str:
    return f"null {_ONES[value]}" if value < 10 else _number(value)


GERMAN: Final = Language(
    number=_number,
    beats=_number,
    two_digits=_two_digits,
    flat="{minutes} glatt",
    with_tenth="{whole} Komma {tenth}",
    second="eine Sekunde",
    seconds="{n} Sekunden",
    minute="eine Minute",
    minutes="{n} Minuten",
    hour="eine Stunde",
    hours="{n} Stunden",
    metres="{n} Meter",
    kilometres="{n} Kilometer",
    half_mile="eine halbe Meile",
    mile="eine Meile",
    miles="{n} Meilen",
    miles_and_half="{n} Komma fünf Meilen",
    about="etwa {words}",
    units={
        "s": ("Sekunde", "Sekunden"),
        "sec": ("Sekunde", "Sekunden"),
        '"': ("Sekunde", "Sekunden"),
        "\N{DOUBLE PRIME}": ("Sekunde", "Sekunden"),
        "min": ("Minute", "Minuten"),
        "'": ("Minute", "Minuten"),
        "\N{PRIME}": ("Minute", "Minuten"),
        "h": ("Stunde", "Stunden"),
        "m": ("Meter", "Meter"),
        "km": ("Kilometer", "Kilometer"),
        "mi": ("Meile", "Meilen"),
        "k": ("Kilometer", "Kilometer"),
        "g": ("Gramm", "Gramm"),
        "mg": ("Milligramm", "Milligramm"),
        "ml": ("Milliliter", "Milliliter"),
        "l": ("Liter", "Liter"),
        "kcal": ("Kilokalorie", "Kilokalorien"),
        "%": ("Prozent", "Prozent"),
        "°": ("Grad", "Grad"),
        "°c": ("Grad", "Grad"),
        "w": ("Watt", "Watt"),
        "bpm": ("Schlag", "Schläge"),
        "spm": ("Schritt", "Schritte"),
        "km/h": ("Kilometer pro Stunde", "Kilometer pro Stunde"),
        "/km": ("pro Kilometer", "pro Kilometer"),
        "/mi": ("pro Meile", "pro Meile"),
        "x": ("mal", "mal"),
        "\N{MULTIPLICATION SIGN}": ("mal", "mal"),
    },
    signs={"&": "und", "@": "mit", "+": "plus", "=": "ist", "<": "unter", ">": "über"},
    up_to="bis",
    heart_rate_word="Herzfrequenz",
    kinds={
        "rep": "Lauf",
        "stride": "Steigerung",
        "hill": "Hügel",
        "warm-up": "Einlaufen",
        "float": "Schwebe",
        "cool-down": "Auslaufen",
    },
    moves={Move.JOG: "Traben", Move.WALK: "Gehen", Move.STAND: "Stehen"},
    count="{rep} {n} von {of}.",
    set_count="Serie {n} von {of}.",
    rep_number="{rep} {n}.",
    next_step="Gleich: {words}",
    has_small_initials=False,
    until_beats="bis {beats}",
    attaches=("mit ", "in "),
    at_pace="mit {pace}",
    in_time="in {time}",
    pace_between="mit {fast} bis {slow}",
    no_faster="nicht schneller als {pace}",
    or_faster="mit {pace} oder schneller",
    heart_rate="Puls {range}",
    cadence="Schrittfrequenz {range}",
    power="Leistung {range}",
    between="{low} bis {high}",
    under="unter {high}",
    over="über {low}",
    marks={"A": "der Linie", "100": "der Hundert", "B": "der Zweihundert", "300": "der Dreihundert"},
    start_at="Start an {place}.",
    start_before="Start {metres} vor {place}.",
    start_after="Start {metres} hinter {place}.",
    sets="{n} mal {amount}",
    each_side="jede Seite",
    minimum="Das Minimum ist geschafft.",
    finished="Fertig. Gut gemacht.",
    waiting="Ich warte auf dich.",
    paused="Pause.",
    still_paused="Noch Pause.",
    resumed="Die Uhr läuft.",
    to_easy="Locker. {time} hart.",
    to_hard="Hart. {time} locker.",
    fartlek="Hart {hard}, locker {easy} insgesamt.",
    effort_day="Tag nach Gefühl. Tempo {percent} Prozent langsamer.",
    effort_day_reps="Tag nach Gefühl. Tempo {percent} Prozent langsamer, kurze Läufe {reps}.",
    effort_day_off="Wieder das Tempo wie geplant.",
    by_effort="Nach Gefühl und Puls. Kein Tempo zählt.",
    by_effort_off="Wieder nach Tempo.",
    halfway="Halbzeit. Umdrehen.",
    changes={
        Button.EXTEND: "Verlängert",
        Button.ADD_REP: "Einer mehr",
        Button.DROP_REP: "Einer weniger",
        Button.ENOUGH: "Genug",
        Button.SHORTEN: "Ab jetzt kürzere Läufe",
        Button.COOL_DOWN: "Auslaufen",
        Button.FASTER: "Ziel schneller",
        Button.SLOWER: "Ziel langsamer",
        Button.ACCEPT: "Einverstanden",
    },
    changed="Training geändert",
    thirty_seconds="Dreißig Sekunden.",
    go="Los.",
    end_of_stride="Und locker.",
    fifty_to_go="Noch fünfzig.",
    last_200="Letzte zweihundert.",
    belt_ahead="In {seconds}: {belt}.",
    slow_by="{n} zu langsam.",
    fast_by="{n} zu schnell.",
    lap_shown=", Runde {time}",
    slow_shown=", {seconds} s zu langsam",
    fast_shown=", {seconds} s zu schnell",
    behind_shown=", {seconds} s zurück",
    ahead_shown=", {seconds} s voraus",
    projected_shown=", wird {time}",
    on_pace="Tempo passt.",
    start_too_fast=(
        Words("{n} zu schnell. Locker.", "Locker. {n} voraus."),
        Words("{n} zu schnell. Zurückhalten.", "Zurückhalten. {n} voraus."),
        Words("{n} zu schnell. Ruhig bleiben.", "Ruhig bleiben. {n} voraus."),
    ),
    too="Viel",
    too_fast=(
        Words("Zu schnell. Locker lassen.", "Locker lassen. Zu schnell."),
        Words("Wieder schnell. Locker lassen.", "Locker lassen. Wieder schnell."),
        Words("Zu flott. Etwas lockerer.", "Etwas lockerer. Zu flott."),
    ),
    too_fast_still=(
        Words("Noch zu schnell. Zurück auf {pace}.", "Zurück auf {pace}."),
        Words("Jetzt locker. Du brauchst es später.", "Jetzt locker lassen."),
        Words("Noch schnell. {Pace} ist das Tempo.", "Lockerer, auf {pace}."),
        Words("Langsamer jetzt, auf {pace}.", "Langsamer. {Pace}."),
    ),
    too_slow=(
        Words("Etwas schneller.", "Etwas schneller."),
        Words("Wieder langsam. Etwas zulegen.", "Zulegen. Wieder langsam."),
        Words("Leg ein wenig zu.", "Leg zu."),
    ),
    too_slow_still=(
        Words("Noch langsam. {Pace}, wenn es geht.", "Zulegen auf {pace}."),
        Words("Langsamer geworden. Halte, was du hast.", "Halte das Tempo."),
    ),
    fade=(
        Words("Du wirst langsamer. Locker, schnelle Füße.", "Locker. Schnelle Füße."),
        Words("Wieder langsamer. Aufrecht, schnelle Füße.", "Aufrecht. Schnelle Füße."),
        Words("Langsamer. Arme und schnelle Füße.", "Arme einsetzen."),
    ),
    float_too_fast=(
        Words("Lockerer schweben.", "Lockerer schweben."),
        Words("Noch lockerer. Das ist deine Pause.", "Noch lockerer schweben."),
        Words("Die Schwebe langsamer.", "Langsamer schweben."),
    ),
    float_too_slow=(
        Words("Im Schwung bleiben.", "Im Schwung bleiben."),
        Words("Weiter rollen. Etwas flotter.", "Rollen. Etwas flotter."),
        Words("In Bewegung bleiben.", "In Bewegung bleiben."),
    ),
    ahead=(
        Words("{n} voraus. Locker.", "Locker. {n} voraus."),
        Words("{n} voraus. Zurück zum Licht.", "Zurücknehmen. {n} voraus."),
        Words("{n} voraus. Du brauchst es später.", "Kraft sparen. {n} voraus."),
    ),
    behind=Words("{n} zurück.", "Zulegen. {n} zurück."),
    behind_still=Words("{n} zurück. Zulegen, wenn es geht.", "Zulegen, wenn es geht."),
    behind_again=Words("Wieder {n} zurück. Halte, was du hast.", "Halte das Tempo."),
    slow_so_far=Words("Bisher {seconds} zu langsam.", "Zulegen. {n} zurück."),
    fast_so_far=Words("Bisher {seconds} zu schnell.", "Locker lassen. {n} voraus."),
    new_light=Words("Neues Licht. Halte {pace}.", "Halte {pace}."),
    slower_than_first=Words(
        "Der letzte war {percent} Prozent langsamer als dein erster.", "{percent} Prozent langsamer."
    ),
    slower_longer_rest=Words(
        "Der letzte war {percent} Prozent langsamer als dein erster. Längere Pause?",
        "Längere Pause? {percent} Prozent.",
    ),
    rest_longer=Words(
        "Zwei langsame Läufe. Länger Pause, oder Schluss für heute.", "Länger Pause, oder Schluss."
    ),
    keep_jogging="Weiter traben.",
    quicker_feet="Schnellere Füße.",
    quicker_feet_still=Words(
        "Noch zu wenig Schritte. {edge} oder mehr.", "Schnellere Füße. {edge} Schritte."
    ),
    slower_feet="Ruhigere Füße.",
    slower_feet_still=Words("Noch zu viele Schritte. Höchstens {edge}.", "Ruhigere Füße. {edge} Schritte."),
    cadence_right="Schrittfrequenz passt.",
    more_power=Words("Etwas mehr Leistung.", "Etwas mehr Druck."),
    more_power_still=Words("Noch zu wenig. {edge} Watt, wenn es geht.", "Mehr Druck. {edge} Watt."),
    less_power=Words("Weniger Leistung.", "Weniger Druck."),
    less_power_still=Words("Noch zu viel Leistung. Höchstens {edge} Watt.", "Weniger Druck. {edge} Watt."),
    power_right="Leistung passt.",
    form=(
        "Aufrecht. Schnelle Füße.",
        "Schultern locker. Schnelle Füße.",
        "Hüfte vor. Schnelle Füße.",
    ),
    heart_rate_high=Words("Puls hoch. Locker lassen.", "Locker lassen. Puls hoch."),
    heart_rate_still=Words("Puls noch hoch. Langsamer, unter {edge}.", "Langsamer. Unter {edge}."),
    heart_rate_walk=Words("Puls hoch. Eine Minute gehen.", "Eine Minute gehen."),
    heart_rate_walk_still=Words("Noch hoch. Gehen, bis er unter {edge} ist.", "Gehen bis unter {edge}."),
    effort_first=Words("Tempo passt, aber Puls hoch. Locker lassen.", "Locker lassen. Puls hoch."),
    heart_rate_low=Words("Puls niedrig. Etwas mehr.", "Etwas mehr. Puls niedrig."),
    heart_rate_low_still=Words("Puls noch niedrig. {edge}, wenn es geht.", "Zulegen auf {edge}."),
    heart_rate_over=Words(
        "Über {edge} in {n} Läufen. Langsamer laufen oder länger Pause.", "Langsamer, oder länger Pause."
    ),
    heart_rate_rising=Words("Über {edge} und steigt. Jetzt locker.", "Locker jetzt. Über {edge}."),
    heading_for=Words("Puls geht auf {bpm}. Jetzt locker.", "Locker. Puls wird {bpm}."),
    ceiling=Words("Puls an deiner Obergrenze. Langsamer.", "Langsamer. Puls am Limit."),
    not_recovered="Noch nicht erholt.",
    too_hot=Words(
        "Gefährliche Hitze. Heute kein hartes Laufen: locker, im Schatten, oder gar nicht.",
        "Gefährliche Hitze. Heute kein hartes Laufen.",
    ),
    metrics={
        "smo2_percent": "Muskelsauerstoff",
        "core_temperature_c": "Körpertemperatur",
        "skin_temperature_c": "Hauttemperatur",
    },
    metric_high="{metric} hoch.",
    metric_low="{metric} niedrig.",
    ease_off="Locker lassen.",
    sensors={
        Source.POD: "Laufsensor",
        Source.POD_2: "Zweiter Laufsensor",
        Source.STRAP: "Puls",
        Source.TREADMILL: "Laufband",
        Source.CORE: "Körpertemperatur",
        Source.MUSCLE: "Muskelsauerstoff",
        Source.WATCH: "Uhr",
        Source.RELAY: "Weitergeleiteter Fühler",
        Source.POSITIONS: "Ortung",
        Source.SIM: "Fühler",
    },
    sensor="Fühler",
    sensor_lost="{sensor} verloren.",
    sensor_back="{sensor} wieder da.",
    sensor_missing="{sensor} fehlt.",
    unheard_help={
        Source.POD: "Schüttle ihn; ist seine Batterie leer?",
        Source.POD_2: "Schüttle ihn; ist seine Batterie leer?",
        Source.STRAP: "Mach den Gurt nass; hält ihn eine Uhr?",
        Source.TREADMILL: "Ist es an, und hält es eine andere App?",
    },
    not_worn="{sensor}: Der Gurt ist da und sendet keinen. Mach ihn nass, er muss auf der Haut liegen.",
    low_battery="{sensor}: Batterie {percent} %.",
    pod_reads="Laufsensor misst {how}, Faktor {factor}.",
    positions_read="Ortung misst {how}, Faktor {factor}.",
    reads_long="{percent} % zu lang",
    reads_short="{percent} % zu kurz",
    reads_true="richtig",
    pod_short="Laufsensor misst kurz: {metres} m an deiner Linie.",
    pod_long="Laufsensor misst lang: {metres} m an deiner Linie.",
    pod_against_belt="Laufsensor sagt {pod}, Band {belt}. Was stimmt?",
    line_after="Du wirst etwa {metres} m hinter unserer Linie langsamer. Taste ] verschiebt sie um 5 m.",
    line_before="Du wirst etwa {metres} m vor unserer Linie langsamer. Taste [ verschiebt sie um 5 m.",
    recording_failing="Die Aufzeichnung schlägt fehl{reason}.",
    recording_back="Die Aufzeichnung läuft wieder. Nichts ging verloren.",
    offers={
        "press_at_line": "Keine Distanz. Drück an der Linie.",
        "clock_mode": "Keine Distanz. Diesen nach der Uhr laufen?",
        "press_to_start": "Drück zum Start.",
        "calibration": "Übernehmen, was der Laufsensor gelernt hat?",
    },
    in_all="{words} {amount}, insgesamt {total}.",
)
