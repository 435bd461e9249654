/** A button that says why it cannot be pressed instead of being dead. */
import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress?: () => void;
  /** `icon`: a mark alone; give it a `label`. */
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'link' | 'icon';
  readonly type?: 'button' | 'submit';
  /** At work: presses are ignored, and these words stand in it. */
  readonly busy?: string | false;
  /** Why it cannot be pressed now; stands beside it and is read out with it. */
  readonly reason?: string | undefined;
  readonly id?: string;
  /** Where the words on it say too little by themselves. */
  readonly label?: string;
  readonly expanded?: boolean;
}

export function Button(props: ButtonProps) {
  const { children, onPress, kind = 'secondary', type = 'button', busy = false } = props;
  const { reason = '', id, label, expanded } = props;
  const idle = busy === false && reason === '';
  const described = reason !== '' && id !== undefined ? `${id}-reason` : undefined;
  return (
    <>
      <button
        type={type}
        id={id}
        class={`btn ${kind}`}
        // Stays focusable, so that the reason can be found by keyboard.
        aria-disabled={idle ? undefined : true}
        aria-busy={busy === false ? undefined : true}
        aria-describedby={described}
        aria-label={label}
        aria-expanded={expanded}
        onClick={(event) => {
          if (!idle) event.preventDefault();
          else onPress?.();
        }}
      >
        {busy === false ? children : busy}
      </button>
      {reason !== '' && (
        <span class="reason" id={described}>
          {reason}
        </span>
      )}
    </>
  );
}

export function Buttons({ children }: { readonly children: ComponentChildren }) {
  return <div class="btns">{children}</div>;
}
