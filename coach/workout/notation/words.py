"""The words of the notation in English, German, French, Italian and Spanish.

Each table maps a phrase of up to four words, in lower case, to its meaning. A word that is not here is refused with its
place, so nothing is skipped.
"""

from typing import Final

from coach.workout.kinds import PACED_REPS, REPS

Phrases = dict[str, str]


def _table(**meanings: str) -> Phrases:
    """Invert `meaning="phrase, phrase"`."""
    return {phrase.strip(): meaning for meaning, phrases in meanings.items() for phrase in phrases.split(",")}


PACES: Final[Phrases] = _table(
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
EFFORTS: Final[Phrases] = _table(
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
KIND_WORDS: Final[Phrases] = _table(
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
MOVES: Final[Phrases] = _table(
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
SEND_OFF_WORDS: Final[Phrases] = _table(
    on="on, every, on the, alle, toutes les, départ, départ toutes les, ogni, cada, leaving every, leave every, "
    "going every, send-off, sendoff, send off, abgang, abgang alle, go every, off every",
)
CAP_WORDS: Final[Phrases] = _table(
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
UNITS: Final[Phrases] = _table(
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
HEART_SHARES: Final[Phrases] = {
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
