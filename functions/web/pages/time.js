// @ts-check
// Instants for people, by the clocks of the university's zone, wherever the browser is. Time runs by the server's clock.

import { h } from "./dom.js";
import { university } from "./university.js";
import { lang, w } from "./words.js";

let ahead = 0;

/** Sets the clock by the server's. @param {string} now */
export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

/** The present instant, in milliseconds. */
export const now = () => Date.now() + ahead;

// Swedish writes dates as ISO 8601 does.
const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: university.zone, dateStyle: "short", timeStyle: "medium" });

/** What the university's clocks show, as if it were UTC. @param {number} ms */
const shown = (ms) => Date.parse(`${clock.format(ms).replace(" ", "T")}Z`);

/** @param {number} ms */
const local = (ms) => new Date(shown(ms)).toISOString();

/** E.g. 2017-12-22 16:30. @param {string} instant */
export const moment = (instant) => {
  const text = local(Date.parse(instant));
  return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
};

/** Today, e.g. 2017-12-22. */
export const today = () => local(now()).slice(0, 10);

/** The day after. @param {string} day */
export const nextDay = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** The first instant of a day of the university's calendar, e.g. 2017-12-22T00:00:00+08:00. @param {string} day */
export function midnight(day) {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  // The offset of the instant that is meant, which is another than an hour off where clocks are changed that night.
  const ahead = (/** @type {number} */ ms) => Math.round((shown(ms) - ms) / 60_000);
  const minutes = ahead(wanted - ahead(wanted) * 60_000);
  const digits = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const offset = Math.abs(minutes);
  return `${day}T00:00:00${minutes < 0 ? "-" : "+"}${digits(Math.floor(offset / 60))}:${digits(offset % 60)}`;
}

/** The last day before an instant, e.g. 2017-12-21. @param {string} instant */
export const lastDay = (instant) => local(Date.parse(instant) - 1).slice(0, 10);

/**
 * The end of something that is given by its first instant outside: midnight is the day before, 24:00.
 * @param {string} instant
 */
export const end = (instant) => {
  const text = moment(instant);
  return text.endsWith("00:00") ? `${lastDay(instant)} 24:00` : text;
};

/** Money, from the smallest unit of the currency. @param {number} amount */
export const money = (amount) => `${(amount / 10 ** university.digits).toFixed(university.digits)} ${university.money[lang]}`;

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
