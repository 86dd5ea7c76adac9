// Answers out of the page, and their texts as numbers and moments. Draws nothing.
"use strict";

async function readAnswer(name) {
  const text = document.querySelector(`[data-answer="${name}"]`).textContent;
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(plain).text());
}

function toNumber(text) {
  return text === null ? NaN : Number(text.replaceAll(",", ""));
}

// A day, a month or a moment as milliseconds; in local time, because the axis is drawn in it.
function toTime(text) {
  const parts = /^(\d+)-(\d+)(?:-(\d+))?(?:[ T](\d+):(\d+):(\d+))?/.exec(text ?? "");
  if (!parts) return NaN;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0));
  return new Date(year, month - 1, day || 1, hour, minute, second).getTime();
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function countText(count) {
  return count.toLocaleString("en");
}

function ageText(milliseconds) {
  const seconds = Math.max(milliseconds / 1000, 0);
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    const count = Math.floor(seconds / size);
    if (count) return `${count} ${unit}${count > 1 ? "s" : ""} ago`;
  }
  return "just now";
}

// An element with properties and children; text is always text, never markup.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}
