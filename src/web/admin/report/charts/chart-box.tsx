/** A picture with its table behind it: one button turns it over. Both say the same. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../../shared/ui/button.tsx';
import type { ReportSay } from '../words.ts';

interface ChartBoxProps {
  readonly title: string;
  readonly hint?: string;
  readonly say: ReportSay;
  readonly picture: ComponentChildren;
  readonly table: ComponentChildren;
  /** Stands instead of both, where there is nothing to draw. */
  readonly none?: string | false;
  /** Below either. */
  readonly children?: ComponentChildren;
}

export function ChartBox({ title, hint, say, picture, table, none, children }: ChartBoxProps) {
  const [asTable, turn] = useState(false);
  const empty = none !== undefined && none !== false;
  return (
    <section class="group chart">
      <div class="group-head">
        <h2>{title}</h2>
        {!empty && (
          <Button
            kind="link"
            label={say(asTable ? 'as-picture.of' : 'as-table.of', { title })}
            onPress={() => turn(!asTable)}
          >
            {say(asTable ? 'as-picture' : 'as-table')}
          </Button>
        )}
      </div>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {empty ? <p class="soft none">{none}</p> : asTable ? table : picture}
      {children}
    </section>
  );
}
