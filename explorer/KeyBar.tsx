import { useState, type FormEvent } from 'react';
import type { Access } from './access';

interface KeyBarProps {
  readonly storedKey: string;
  readonly access: Access;
  readonly onKey: (key: string) => void;
}

/** Where the key is entered, and what came of it. */
export function KeyBar({ storedKey, access, onKey }: KeyBarProps) {
  const [text, setText] = useState(storedKey);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onKey(text.trim());
  };
  return (
    <header className="key-bar">
      <strong>Techorda Graph</strong>
      <form onSubmit={submit}>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="tg_…"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit">Use</button>
        {storedKey !== '' && (
          <button
            type="button"
            onClick={() => {
              setText('');
              onKey('');
            }}
          >
            Forget
          </button>
        )}
      </form>
      <span role="status" className={`key-state key-state-${access.state}`}>
        {stateOf(access)}
      </span>
    </header>
  );
}

function stateOf(access: Access): string {
  if (access.state === 'none') return 'Enter a key to ask the API.';
  if (access.state === 'checking') return 'Asking the API…';
  return access.sentence;
}
