import { mount } from './mount.tsx';
import { ActionFrame } from './views/Frames.tsx';

export default function orderAction(): void {
  mount(ActionFrame);
}
