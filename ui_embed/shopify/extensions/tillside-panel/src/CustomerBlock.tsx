import { mount } from './mount.tsx';
import { BlockFrame } from './views/Frames.tsx';

export default function customerBlock(): void {
  mount(BlockFrame);
}
