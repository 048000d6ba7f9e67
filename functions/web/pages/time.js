// @ts-check
// Instants for people. They come with +08:00 and are shown so, wherever the browser is. Time runs by
// the server's clock.

import { h } from "./dom.js";
import { w } from "./words.js";

let ahead = 0;

/** Sets the clock by the server's. @param {string} now */
export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

/** The present instant, in milliseconds. */
export const now = () => Date.now() + ahead;

/** @param {number} ms */
const shanghai = (ms) => new Date(ms + 8 * 3_600_000).toISOString();

/** E.g. 2017-12-22 16:30. @param {string} instant */
export const moment = (instant) => {
  const text = shanghai(Date.parse(instant));
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
};

/** Today, e.g. 2017-12-22. */
export const today = () => shanghai(now()).slice(0, 10);

/**
 * The end of something that is given by its first instant outside: midnight is the day before, 24:00.
 * @param {string} instant
 */
export const end = (instant) => {
  const text = moment(instant);
  return text.endsWith("00:00") ? `${shanghai(Date.parse(instant) - 1).slice(0, 10)} 24:00` : text;
};

/** Money, from fen. @param {number} fen */
export const yuan = (fen) => w.yuan((fen / 100).toFixed(2));

/**
 * How long it is until an instant.
 * @param {number} ms
 */
export function span(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return w.minutesSeconds(minutes, Math.floor((ms % 60_000) / 1000));
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? w.hoursMinutes(hours, minutes % 60) : w.days(Math.floor(hours / 24));
}

/**
 * A deadline that is counted down while it is looked at.
 * @param {string} instant the first instant outside
 * @param {(left: string) => string} before
 * @param {string} after
 * @param {() => void} [passed] called once, when it passes
 */
export function countdown(instant, before, after, passed) {
  const at = Date.parse(instant);
  const place = h("time.countdown", { datetime: instant });
  let seen = false;
  const tick = () => {
    const left = at - now();
    place.textContent = left > 0 ? before(span(left)) : after;
    place.classList.toggle("soon", left > 0 && left < 86_400_000);
    place.classList.toggle("over", left <= 0);
    seen ||= place.isConnected;
    if (left <= 0) return seen && passed?.();
    if (seen && !place.isConnected) return;
    setTimeout(tick, left > 3_600_000 ? 20_000 : Math.min(1000, left + 5));
  };
  tick();
  return place;
}
