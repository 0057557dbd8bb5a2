import type { Access } from './access';

/** In place of the editor for as long as there is no key that the API knows. */
export function Welcome({ access }: { readonly access: Access }) {
  return (
    <main className="welcome">
      <h1>Ask for the figures of the tech park</h1>
      {access.state === 'refused' && <p className="welcome-refused">{access.sentence}</p>}
      <p>
        This page explores the API: financing, tax incentives, employees, income and exports of the
        participants, with totals that count no tenge twice.
      </p>
      <p>
        It needs an API key. Enter yours above; it stays in this browser tab and is forgotten when
        you close it. If you have none, ask whoever runs this API, who makes one with
      </p>
      <pre>npx techorda keys create --name "Your name" --rights marts:read</pre>
    </main>
  );
}
