// The live stream: it only hints. After each break it begins again, and the page asks by its cursor.
const LONGEST_PAUSE = 30000;
const POLL = 8000;
// Longer than two of the service's heartbeats: a connection can die without a word.
const QUIET = 45000;

class Stream {
  constructor(onChange, onTyping, onLost) {
    this.on = { changed: onChange, typing: onTyping };
    this.onLost = onLost;
    this.last = null;
    this.failures = 0;
    this.stopped = true;
    // Its pauses have grown meanwhile, and what it hangs on may be the network before.
    addEventListener("online", () => this.stopped || this.again());
  }

  start() {
    if (!this.stopped) return;
    this.stopped = false;
    this.failures = 0;
    this.run();
  }

  stop() {
    this.stopped = true;
    this.abort?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.guard);
    this.wake?.();
  }

  again() {
    this.stop();
    this.start();
  }

  heard() {
    clearTimeout(this.guard);
    this.guard = setTimeout(() => this.stopped || this.again(), QUIET);
  }

  async run() {
    const mine = (this.abort = new AbortController());
    while (!this.stopped && mine === this.abort) {
      const status = await this.listen(mine.signal).catch(() => 0);
      if (this.stopped || mine !== this.abort) return;
      clearTimeout(this.guard);
      if (status === 401) return this.onLost();
      // Nothing streams there, or not now: ask now and then.
      this.on.changed({});
      this.failures += 1;
      const pause = status === 503 ? POLL : Math.min(500 * 2 ** this.failures, LONGEST_PAUSE);
      await new Promise((resolve) => {
        this.wake = resolve;
        this.timer = setTimeout(resolve, pause * (0.7 + 0.6 * Math.random()));
      });
    }
  }

  async listen(signal) {
    this.heard();
    const headers = headersOf(this.last ? { "Last-Event-ID": this.last } : {});
    const answer = await fetch(addressOf("live"), { headers, signal, credentials: "omit", cache: "no-store" });
    if (!answer.ok) return answer.status;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 200;
      this.heard();
      rest += value;
      const events = rest.split("\n\n");
      rest = events.pop();
      for (const event of events) this.take(event);
    }
  }

  take(event) {
    this.failures = 0;
    let kind = "";
    let told = {};
    for (const line of event.split("\n")) {
      if (line.startsWith("event: ")) kind = line.slice(7);
      if (line.startsWith("data: ")) told = JSON.parse(line.slice(6));
      if (line.startsWith("id: ")) this.last = line.slice(4);
    }
    this.on[kind]?.(told);
  }
}
