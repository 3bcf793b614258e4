// Times and spans in the page's language, by the browser's own words.
function clock(text, language) {
  const at = new Date(text);
  const today = new Date().toDateString() === at.toDateString();
  const day = today ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, { ...day, hour: "2-digit", minute: "2-digit" }).format(at);
}

function back(text, language) {
  const at = new Date(text);
  const today = new Date().toDateString() === at.toDateString();
  const day = today ? {} : { weekday: "long" };
  return new Intl.DateTimeFormat(language, { ...day, hour: "2-digit", minute: "2-digit" }).format(at);
}

// Rounded up to what people say: 1, 2, 5, 10, 15, 20, 30, 45 minutes, hours, days.
function span(seconds, language) {
  const minutes = [1, 2, 5, 10, 15, 20, 30, 45].find((each) => seconds <= each * 60);
  const [count, unit] = minutes
    ? [minutes, "minute"]
    : seconds <= 86400
      ? [Math.max(1, Math.ceil(seconds / 3600)), "hour"]
      : [Math.ceil(seconds / 86400), "day"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

function size(bytes, language) {
  const [count, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  const shown = { style: "unit", unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, shown).format(count);
}
