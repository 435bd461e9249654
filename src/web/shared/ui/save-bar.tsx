/** What is not saved yet, and the two ways out of it. Stays in sight where the frame lets it. */
import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

interface SaveBarProps {
  /** `There are unsaved changes` */
  readonly text: string;
  readonly save: string;
  readonly cancel: string;
  /** Words while it is being saved; false: it is not. */
  readonly busy: string | false;
  readonly onSave: () => void;
  /** null: there is nothing to go back to. */
  readonly onCancel: (() => void) | null;
  /** Why it cannot be saved now. */
  readonly reason?: string | undefined;
  /** Above the text, so that it is seen wherever one has scrolled to: why it was not saved. */
  readonly children?: ComponentChildren;
}

export function SaveBar(props: SaveBarProps) {
  const { text, save, cancel, busy, onSave, onCancel, reason, children } = props;
  return (
    <div class="save-bar">
      {children}
      <p role="status">
        <Icon name="info" /> {text}
      </p>
      <div class="btns">
        {onCancel !== null && <Button onPress={onCancel}>{cancel}</Button>}
        <Button id="save" kind="primary" busy={busy} reason={reason} onPress={onSave}>
          {save}
        </Button>
      </div>
    </div>
  );
}
