/* The sound of the phone: tones, words, and the media that keep it awake. All of it begins with one tap. */

import { phoneNow } from './link.js';

const RATE = 24000;
const NAMES = ['faster', 'ease', 'on', 'go', 'beep', 'low'];
/** Earlier classes interrupt later ones. */
const CLASSES = ['safety', 'countdown', 'step', 'coach', 'info'];
/** How far ahead tones are put into a clip: the timers of a locked phone fire once a second. */
const AHEAD_S = 1.6;
/** After this many seconds without a frame, due tones are played by the phone's own clock. Frames come 4 a second. */
export const OWN_CLOCK_FROM_S = 1.2;
/** A late cue has no tone if the phone played it by its own clock within this time. */
const SAME_S = 0.8;
/** Most clips that play or wait at the same time. */
const CLIPS = 3;
/** Level and frequency of the hum below: over the -72 dB at which Chromium takes a page for silent and slows its timers
 * (its `kSilenceThresholdDBFS`), far under what an ear hears at 20 Hz. Not tried on a phone yet. */
const HUM_DB = -60, HUM_HZ = 20, HUM_S = 10;

export const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent)
  || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1);

/** A WAV file of samples, 16 bit and one channel. */
function wav(samples) {
  const bytes = new ArrayBuffer(44 + 2 * samples.length), view = new DataView(bytes);
  const text = (at, word) => [...word].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  text(0, 'RIFF'); view.setUint32(4, 36 + 2 * samples.length, true); text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true); view.setUint32(28, 2 * RATE, true); view.setUint16(32, 2, true);
  view.setUint16(34, 16, true); text(36, 'data'); view.setUint32(40, 2 * samples.length, true);
  new Int16Array(bytes, 44).set(samples);
  return new Blob([bytes], { type: 'audio/wav' });
}

function hum() {
  const peak = 32767 * 10 ** (HUM_DB / 20) * Math.SQRT2;
  return Int16Array.from({ length: RATE * HUM_S }, (_, at) => peak * Math.sin(2 * Math.PI * HUM_HZ * at / RATE));
}

export class Sound {
  constructor() {
    this.isOn = false;
    this.tones = {};
    this.clips = [];
    this.waiting = null;
    this.saying = null;
    this.planned = [];
    for (const name of NAMES) this.load(name);
  }

  /** Fetch a tone of the laptop's own while there is a signal; it is needed when there is none. */
  async load(name) {
    try {
      const answer = await fetch(`/a/sound/${name}.wav`);
      if (answer.ok) this.tones[name] = new Int16Array(await answer.arrayBuffer(), 44);
    } catch { /* tried again with the tap */ }
  }

  /** Begin, inside the tap: browsers play no sound before. */
  start() {
    this.isOn = true;
    NAMES.filter((name) => !this.tones[name]).forEach((name) => this.load(name));
    if (!this.clips.length) {
      this.clips = Array.from({ length: CLIPS }, () => new Audio());
      this.keeper = new Audio(URL.createObjectURL(wav(hum())));
      this.keeper.loop = true;
    }
    for (const clip of this.clips) this.load_into(clip, new Int16Array(RATE / 20));
    this.keeper.play().catch(() => {});
    globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance(''));
  }

  stop() {
    this.isOn = false;
    this.hush();
    this.keeper?.pause();
    globalThis.speechSynthesis?.cancel();
    this.saying = this.waiting = null;
  }

  load_into(clip, samples) {
    if (clip.src) URL.revokeObjectURL(clip.src);
    clip.src = URL.createObjectURL(wav(samples));
    clip.until = phoneNow() + samples.length / RATE;
    clip.play().catch(() => {});
  }

  /** Play tones, each `in_s` seconds from now: silence before them keeps the time, not a timer. */
  play(tones) {
    const known = tones.filter((tone) => this.tones[tone.name]);
    if (!this.isOn || !known.length) return 0;
    const end = Math.max(...known.map((tone) => tone.in_s + this.tones[tone.name].length / RATE));
    const samples = new Int16Array(Math.ceil(end * RATE) + 1);
    for (const tone of known) samples.set(this.tones[tone.name], Math.round(tone.in_s * RATE));
    const clip = this.clips.reduce((one, other) => (other.until < one.until ? other : one));
    this.load_into(clip, samples);
    return end;
  }

  /** Stop the clips that play or wait. */
  hush() {
    for (const clip of this.clips) { clip.pause(); clip.until = 0; }
  }

  /** Play a new cue: its tone, then its words if they are still valid. */
  cue(cue, link) {
    const now = link.runNow();
    if (!this.isOn || (now !== null && now > cue.at_s + cue.ttl_s)) return;
    const doubled = this.planned.some((at) => Math.abs(at - cue.at_s) < SAME_S);
    const long = cue.sound && !doubled ? this.play([{ name: cue.sound, in_s: 0 }]) : 0;
    if (cue.speech) this.say({ ...cue, by: phoneNow() + (now === null ? cue.ttl_s : cue.at_s + cue.ttl_s - now) }, long);
  }

  /** Speak words: a higher class interrupts, a lower one waits, and late words are never spoken. */
  say(words, after_s = 0) {
    const voice = globalThis.speechSynthesis;
    if (!voice || !this.isOn) return;
    const rank = (one) => CLASSES.indexOf(one.class);
    const cut = this.saying;
    if (cut && rank(words) > rank(cut)) { this.waiting = words; return; }
    this.saying = words;
    if (cut) voice.cancel();
    const utterance = new SpeechSynthesisUtterance(words.speech);
    utterance.lang = words.language ?? 'en';
    utterance.voice = voice.getVoices().find((one) => one.localService && one.lang.startsWith(utterance.lang)) ?? null;
    const done = () => {
      if (this.saying !== words) return;
      const next = this.waiting;
      this.saying = this.waiting = null;
      if (next && phoneNow() <= next.by) this.say(next);
    };
    utterance.onend = utterance.onerror = done;
    const speak = () => {
      if (this.saying !== words) return;
      if (phoneNow() > words.by) done(); else voice.speak(utterance);
    };
    if (after_s) setTimeout(speak, 1000 * after_s); else speak();
  }

  /**
   * Keep the light and the countdowns going while the laptop is silent: what is due within the next seconds goes into a
   * clip. To be called about four times a second.
   */
  ownClock(link) {
    const now = link.runNow();
    if (now === null || link.age() < OWN_CLOCK_FROM_S || link.state === 'closed') {
      if (this.planned.some((at) => at > (now ?? 0))) this.hush();
      this.planned = this.planned.filter((at) => now !== null && at <= now && now - at < 10);
      return;
    }
    const due = link.plan.beats.filter((beat) => beat.at_s > now - 0.05 && beat.at_s <= now + AHEAD_S
      && !this.planned.includes(beat.at_s));
    this.play(due.filter((beat) => beat.sound).map((beat) => ({ name: beat.sound, in_s: Math.max(0, beat.at_s - now) })));
    for (const beat of due) {
      this.planned.push(beat.at_s);
      if (beat.speech) {
        const words = { speech: beat.speech, class: 'countdown', language: link.hello?.language };
        this.say({ ...words, by: phoneNow() + beat.at_s - now + 1 }, Math.max(0, beat.at_s - now));
      }
    }
  }
}

/**
 * Keep the screen on. Over plain http there is no wake lock; a video of a stream with a sound track, that plays and is
 * seen, holds the screen in Chromium (`VideoWakeLock`: a stream may be small), Gecko (`mSrcStream`) and WebKit (with
 * sound, not looped). The three rules were read in their sources; no phone was tried yet.
 */
export class Awake {
  constructor() {
    this.isOn = false;
    document.addEventListener('visibilitychange', () => { if (!document.hidden && this.isOn) this.start(); });
  }

  /** Begin, inside the tap. */
  async start() {
    this.isOn = true;
    if (navigator.wakeLock) {
      try { this.lock = await navigator.wakeLock.request('screen'); return; } catch { /* the video, then */ }
    }
    if (!this.video) this.make();
    this.video?.play().catch(() => {});
  }

  make() {
    const canvas = document.createElement('canvas');
    if (!canvas.captureStream) return;
    canvas.width = canvas.height = 16;
    const paper = canvas.getContext('2d');
    const stream = canvas.captureStream(1);
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (Context) {
      const silence = new Context().createMediaStreamDestination();
      stream.addTrack(silence.stream.getAudioTracks()[0]);
    }
    this.video = document.getElementById('awake');
    this.video.srcObject = stream;
    this.video.muted = !isApple; // WebKit counts no muted video; elsewhere sound would stop the runner's music
    const paint = () => paper.fillRect(0, 0, 16, 16);
    paint();
    setInterval(paint, 1000);
  }

  stop() {
    this.isOn = false;
    this.lock?.release().catch(() => {});
    this.video?.pause();
  }
}
