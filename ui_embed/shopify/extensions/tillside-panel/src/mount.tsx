import '@shopify/ui-extensions/preact';
import { render } from 'preact';

import { Panel } from './Panel.tsx';
import { subjectOf } from './api.ts';
import type { Frame } from './views/Frames.tsx';

/** Draw the panel for what the admin page shows, inside the frame its target asks for. */
export function mount(frame: Frame): void {
  const subject = subjectOf(shopify.data.selected[0]?.id);
  render(<Panel subject={subject} frame={frame} />, document.body);
}
