import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState, type ComponentProps } from 'react';
import { checkAccess, NO_ACCESS, type Access } from './access';
import { ask } from './api';
import { examples } from './examples';
import { examplesPlugin } from './ExamplesPlugin';
import { KeyBar } from './KeyBar';
import type { RequestParams } from 'graphql-sse';
import { readStoredKey, storeKey } from './storedKey';
import { isSubscription, subscribe } from './subscribe';
import { Welcome } from './Welcome';

type Fetcher = ComponentProps<typeof GraphiQL>['fetcher'];

const plugins = [examplesPlugin];
const firstTabs = examples.map(({ query }) => ({ query }));

/** The whole page: the bar for the key, and below it GraphiQL once the API knows the key. */
export function Explorer() {
  const [key, setKey] = useState(readStoredKey);
  const [access, setAccess] = useState<Access>(key === '' ? NO_ACCESS : { state: 'checking' });
  const fetcher = useMemo<Fetcher>(
    () => (request) =>
      isSubscription(request.query, request.operationName)
        ? subscribe(key, request as RequestParams)
        : (ask(key, request).then(({ answer }) => answer) as ReturnType<Fetcher>),
    [key],
  );

  useEffect(() => {
    if (key === '') return;
    let isCurrent = true;
    void checkAccess(key).then((found) => {
      if (isCurrent) setAccess(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [key]);

  const changeKey = (next: string) => {
    storeKey(next);
    setAccess(next === '' ? NO_ACCESS : { state: 'checking' });
    setKey(next);
    if (next !== '' && next === key) void checkAccess(next).then(setAccess);
  };

  return (
    <>
      <KeyBar storedKey={key} access={access} onKey={changeKey} />
      {access.state === 'given' ? (
        <GraphiQL
          key={key}
          fetcher={fetcher}
          plugins={plugins}
          defaultTabs={firstTabs}
          defaultQuery=""
          isHeadersEditorEnabled={false}
        />
      ) : (
        <Welcome access={access} />
      )}
    </>
  );
}
