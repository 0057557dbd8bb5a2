import { useEditorContext, type GraphiQLPlugin } from '@graphiql/react';
import { examples } from './examples';

/** A list of questions beside the editor; a click shows one in a tab of its own. */
function Examples() {
  const { queryEditor, tabs, addTab, changeTab } = useEditorContext({ nonNull: true });
  const open = (query: string) => {
    const opened = tabs.findIndex((tab) => tab.query === query);
    if (opened >= 0) return changeTab(opened);
    addTab();
    // GraphiQL empties the editor for the new tab only after this click.
    setTimeout(() => {
      queryEditor?.setValue(query);
      queryEditor?.focus();
    });
  };
  return (
    <section className="examples" aria-label="Examples">
      <h2>Examples</h2>
      <ul>
        {examples.map(({ title, about, query }) => (
          <li key={title}>
            <button type="button" onClick={() => open(query)}>
              <strong>{title}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9c.6.5 1 1.2 1 2h5c0-.8.4-1.5 1-2A6 6 0 0 0 12 3Z" />
    </svg>
  );
}

export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Examples };
