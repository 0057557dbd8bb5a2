import type { EntityModel } from '../../odata/model/entityModel';
import { quoted, Refused } from '../../odata/refused';
import type { Address } from '../../odata/syntax/address';

/** A file that has a program connect to the service: no key is in it, the program asks for one. */
interface ConnectionFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The file that an address names; undefined of any other. Throws Refused. */
export function connectionFile(
  { segments, options }: Address,
  model: EntityModel,
  root: string,
): ConnectionFile | undefined {
  const [name, ...others] = segments;
  if (others.length > 0) return undefined;
  if (name === 'techorda.pbids') return powerBi(root);
  if (name !== 'techorda.odc') return undefined;
  const [first = ''] = model.sets.keys();
  const set = options.get('set') ?? first;
  if (!model.sets.has(set)) {
    const known = [...model.sets.keys()].join(', ');
    throw new Refused(
      404,
      `There is no entity set ${quoted(set)}; expected one of ${known}.`,
      'set',
    );
  }
  return excel(root, set);
}

function attachment(name: string, type: string): Readonly<Record<string, string>> {
  return { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` };
}

function powerBi(root: string): ConnectionFile {
  const connection = { details: { protocol: 'odata', address: { url: root } }, options: {} };
  const file = { version: '0.1', connections: [{ ...connection, mode: 'Import' }] };
  return {
    headers: attachment('techorda.pbids', 'application/json;charset=utf-8'),
    text: `${JSON.stringify(file, null, 2)}\n`,
  };
}

/** A connection by Power Query, which alone of Excel's ways reads OData 4. */
function excel(root: string, set: string): ConnectionFile {
  const formula = [
    'let',
    `    Source = OData.Feed(${mText(root)}, null, [Implementation="2.0"]),`,
    `    Rows = Source{[Name=${mText(set)}, Signature="table"]}[Data]`,
    'in',
    '    Rows',
  ].join('\r\n');
  const mashup = [
    '<Mashup xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.microsoft.com/DataMashup">',
    '<Client>EXCEL</Client><Version>2.108.0.0</Version><MinVersion>2.21.0.0</MinVersion><Culture>en-US</Culture>',
    `<SafeCombine>true</SafeCombine><Items><Query Name="${set}"><Formula><![CDATA[${formula}]]></Formula>`,
    '<IsParameterQuery xsi:nil="true" /><IsDirectQuery xsi:nil="true" /></Query></Items></Mashup>',
  ].join('');
  const connection = `Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=${set};Extended Properties=""`;
  return {
    headers: attachment(`techorda-${set}.odc`, 'text/x-ms-odc;charset=utf-8'),
    text: [
      '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">',
      '<head>',
      '<meta http-equiv=Content-Type content="text/x-ms-odc; charset=utf-8">',
      '<meta name=ProgId content=ODC.Database>',
      '<meta name=SourceType content=OLEDB>',
      `<title>Query - ${set}</title>`,
      '<xml id=docprops><o:DocumentProperties xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">',
      `<o:Name>Query - ${set}</o:Name>`,
      '</o:DocumentProperties></xml>',
      '<xml id=msodc><odc:OfficeDataConnection xmlns:odc="urn:schemas-microsoft-com:office:odc" xmlns="http://www.w3.org/TR/REC-html40">',
      '<odc:PowerQueryConnection odc:Type="OLEDB">',
      `<odc:ConnectionString>${escaped(connection)}</odc:ConnectionString>`,
      '<odc:CommandType>SQL</odc:CommandType>',
      `<odc:CommandText>SELECT * FROM [${set}]</odc:CommandText>`,
      '</odc:PowerQueryConnection>',
      `<odc:PowerQueryMashupData>${escaped(mashup)}</odc:PowerQueryMashupData>`,
      '</odc:OfficeDataConnection></xml>',
      '</head>',
      '<body></body>',
      '</html>',
      '',
    ].join('\r\n'),
  };
}

/** A text as Power Query's language writes it. */
function mText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
