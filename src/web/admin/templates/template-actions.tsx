/** What to do with the text: save it, try it on oneself, drop it, take the original back. */
import { useState } from 'preact/hooks';
import { InlinePanel } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { TemplateProps } from './template-props.ts';

export function TemplateActions({ scope, store }: TemplateProps) {
  const { say } = scope;
  const { isDirty, faults, busy } = store;
  const wrong = faults.length > 0 ? say('templates.save.faults') : '';
  const wait = say('templates.busy');
  return (
    <div class="template-actions">
      <Told store={store} />
      {isDirty && (
        <p class="soft">
          <Icon name="info" /> {say('templates.unsaved')}
        </p>
      )}
      <Buttons>
        <Button
          id="template-save"
          kind="primary"
          busy={busy === 'save' && wait}
          reason={isDirty ? wrong : say('templates.save.nothing')}
          onPress={() => void store.save()}
        >
          {say('templates.save')}
        </Button>
        <Button
          id="template-test"
          busy={busy === 'test' && wait}
          reason={wrong}
          onPress={() => void store.test()}
        >
          {say('templates.test')}
        </Button>
        {isDirty && <Button onPress={() => store.drop()}>{say('templates.drop')}</Button>}
      </Buttons>
      {store.saved?.changed === true && <Reset key={store.key} scope={scope} store={store} />}
    </div>
  );
}

function Told({ store: { told } }: Pick<TemplateProps, 'store'>) {
  return (
    <div role={told?.failed === true ? 'alert' : 'status'}>
      {told !== null && (
        <Notice tone={told.failed ? 'bad' : 'good'}>
          <p>{told.text}</p>
        </Notice>
      )}
    </div>
  );
}

/** Asks first: the portal's own text is gone afterwards. */
function Reset({ scope: { say }, store }: TemplateProps) {
  const [asks, ask] = useState(false);
  return (
    <div class="template-reset">
      <Button kind="danger" expanded={asks} onPress={() => ask(!asks)}>
        {say('templates.reset')}
      </Button>
      {asks && (
        <InlinePanel label={say('templates.reset')} close={() => ask(false)}>
          <p>{say('templates.reset.sure')}</p>
          <Buttons>
            <Button
              kind="danger"
              busy={store.busy === 'reset' && say('templates.busy')}
              onPress={() => void store.reset().then(() => ask(false))}
            >
              {say('templates.reset.yes')}
            </Button>
            <Button onPress={() => ask(false)}>{say('templates.reset.no')}</Button>
          </Buttons>
        </InlinePanel>
      )}
    </div>
  );
}
