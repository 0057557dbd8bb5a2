/**
 * What states are called in full, and as people shorten or still call them, where the library's lists
 * have other forms. Each line is a code and its names, parted by semicolons. A name that two countries
 * may claim (Конго, Congo, Виргинские острова) stands in no line: it is not guessed.
 */
const LINES = `
AE: Эмираты; Арабские Эмираты; Объединенные Арабские Эмираты; О.А.Э.; БАӘ; Emirates; U.A.E.; The UAE; The United Arab Emirates
AF: Исламский Эмират Афганистан; Исламская Республика Афганистан; Islamic Republic of Afghanistan
AM: Армянская Республика
AO: Народная Республика Ангола
AR: Аргентинская Республика; Argentine Republic
AT: Австрийская Республика; Республика Австрия
AU: Австралийский Союз; Commonwealth of Australia
AZ: Азербайджанская Республика; Әзірбайжан
BA: Босния; Bosnia
BD: Народная Республика Бангладеш; People's Republic of Bangladesh
BE: Королевство Бельгии
BG: Болгарская Республика
BN: Бруней-Даруссалам; Brunei Darussalam; Nation of Brunei
BO: Многонациональное Государство Боливия; Plurinational State of Bolivia; Bolivia, Plurinational State of
BR: Федеративная Республика Бразилия; Federative Republic of Brazil
BS: Багамы; Багамские острова; Содружество Багамских Островов; Bahamas; The Bahamas; Commonwealth of the Bahamas
BY: Белоруссия; Белорусь; Республика Беларусь; Belorussia; Byelorussia
CD: ДР Конго; ДРК; Демократическая Республика Конго; Конго-Киншаса; DR Congo; DRC; Congo, the Democratic Republic of the; Congo-Kinshasa; The Democratic Republic of the Congo
CF: ЦАР; Central African Republic
CG: Республика Конго; Конго-Браззавиль; Congo-Brazzaville; The Republic of the Congo
CH: Швейцарская Конфедерация; Swiss Confederation
CI: Кот-дИвуар; Берег Слоновой Кости; Республика Кот-д'Ивуар; Cote dIvoire; Ivory Coast; The Ivory Coast
CN: КНР; К.Н.Р.; Китайская Народная Республика; Народная Республика Китай; ҚХР; Қытай Халық Республикасы; PRC; P.R.C.; PR China; P.R. China; People's Republic of China; The People's Republic of China; Mainland China; Материковый Китай
CV: Республика Кабо-Верде; Острова Зеленого Мыса; Cabo Verde
CZ: Чешская Республика; Чех Республикасы; Чехия Республикасы; The Czech Republic
DE: ФРГ; Ф.Р.Г.; Федеративная Республика Германия; Германия Федеративтік Республикасы; Federal Republic of Germany; The Federal Republic of Germany; FRG; Алмания
DK: Датское Королевство
DO: Доминикана; Доминиканская Республика; The Dominican Republic
DZ: Алжирская Народная Демократическая Республика; People's Democratic Republic of Algeria
EE: Эстонская Республика
EG: Арабская Республика Египет; Arab Republic of Egypt
EH: Западная Сахара; Сахарская Арабская Демократическая Республика
ES: Королевство Испании
ET: Федеративная Демократическая Республика Эфиопия; Federal Democratic Republic of Ethiopia
FI: Финляндская Республика
FM: Федеративные Штаты Микронезии; Federated States of Micronesia; The Federated States of Micronesia
FO: Фареры; Faeroe Islands
FR: Французская Республика; French Republic
GB: Великобритания; Соединенное Королевство; Соединенное Королевство Великобритании и Северной Ирландии; Британия; Англия; Шотландия; Уэльс; Северная Ирландия; Ұлыбритания; Біріккен Корольдік; U.K.; UK; The UK; The United Kingdom; United Kingdom of Great Britain and Northern Ireland; The United Kingdom of Great Britain and Northern Ireland; Great Britain; Britain; England; Scotland; Wales; Northern Ireland
GE: Грузинская Республика; Сакартвело
GM: Гамбия; The Gambia
GR: Греческая Республика; Эллинская Республика; Эллада; Hellenic Republic
HK: Гонконг (Китай); Сянган; САР Гонконг; Специальный административный район Гонконг; Гонконг САР; Hongkong; Hong Kong SAR; Hong Kong SAR China; Hong Kong, China; Hong Kong Special Administrative Region
HR: Хорватская Республика
HU: Венгерская Республика
IE: Ирландская Республика; Эйре; Éire; Irish Republic
IL: Государство Израиль
IN: Индийская Республика; Bharat
IR: ИРИ; Исламская Республика Иран; Иран Ислам Республикасы; Islamic Republic of Iran; The Islamic Republic of Iran; Iran, Islamic Republic of; Персия
IT: Итальянская Республика; Italian Republic
JO: Иорданское Хашимитское Королевство; Hashemite Kingdom of Jordan
KG: Киргизия; Киргизстан; Кыргызстан; Кыргызская Республика; Киргизская Республика; Қырғызстан; Қырғыз Республикасы; Kyrgyz Republic; The Kyrgyz Republic; Kirghizia; Kirgizstan
KN: Сент-Китс и Невис; St Kitts and Nevis; St. Kitts & Nevis
KP: КНДР; К.Н.Д.Р.; Корейская Народно-Демократическая Республика; Северная Корея; КХДР; Корей Халық Демократиялық Республикасы; Солтүстік Корея; DPRK; D.P.R.K.; Democratic People's Republic of Korea; The Democratic People's Republic of Korea; Korea, Democratic People's Republic of; Korea, North; Korea (North)
KR: Корея; Южная Корея; Ю. Корея; Юж. Корея; Республика Корея; Корея, Республика; Корея Республикасы; Оңтүстік Корея; Korea; The Republic of Korea; ROK; R.O.K.; Korea, Republic of; Korea (Republic of); Korea, South; Korea (South); S. Korea; S Korea
KW: Государство Кувейт
KZ: РК; Р.К.; Республика Казахстан; ҚР; Қ.Р.; Қазақстан Республикасы; Republic of Kazakhstan; Казахская Республика; Qazaqstan; Qazaqstan Respublikasy
LA: ЛНДР; Лаосская Народно-Демократическая Республика; Lao PDR; Lao P.D.R.; The Lao People's Democratic Republic
LB: Ливанская Республика; Lebanese Republic
LC: Сент-Люсия; St Lucia
LI: Княжество Лихтенштейн; Principality of Liechtenstein
LK: Шри Ланка; Демократическая Социалистическая Республика Шри-Ланка; Democratic Socialist Republic of Sri Lanka; Цейлон; Ceylon
LT: Литовская Республика
LU: Великое Герцогство Люксембург; Grand Duchy of Luxembourg
LV: Латвийская Республика
LY: Государство Ливия; Ливийская Арабская Джамахирия; State of Libya
MC: Княжество Монако; Principality of Monaco
MD: Молдова; Молдавия; Республика Молдова; Молдова, Республика; Молдова Республикасы; Moldavia; Moldova (Republic of); The Republic of Moldova
MK: Македония; Республика Северная Македония; Северная Македония; Бывшая югославская Республика Македония; Солтүстік Македония; Macedonia; Republic of North Macedonia; FYROM; The former Yugoslav Republic of Macedonia; Macedonia, the former Yugoslav Republic of
MM: Мьянма; Бирма; Республика Союз Мьянма; Burma; Republic of the Union of Myanmar; Myanmar (Burma)
MO: Аомынь; Макао (Китай); САР Макао; Macau; Macao SAR; Macao SAR China; Macao, China; Macau SAR
MR: Исламская Республика Мавритания; Islamic Republic of Mauritania
MV: Мальдивы; Мальдивская Республика; Мальдивские острова; The Maldives
MX: Мексиканские Соединенные Штаты; United Mexican States
NG: Федеративная Республика Нигерия; Federal Republic of Nigeria
NL: Голландия; Королевство Нидерландов; Королевство Нидерланды; Нидерланды, Королевство; Нидерландия; Holland; The Netherlands; Kingdom of the Netherlands; Netherlands, Kingdom of the
NO: Норвежское Королевство
NP: Федеративная Демократическая Республика Непал; Federal Democratic Republic of Nepal
OM: Султанат Оман; Sultanate of Oman
PG: Папуа Новая Гвинея; Независимое Государство Папуа — Новая Гвинея; Independent State of Papua New Guinea
PH: Республика Филиппины; Филиппинская Республика; Republic of the Philippines; The Philippines
PK: Исламская Республика Пакистан; Islamic Republic of Pakistan
PL: Польская Республика; Республика Польша; Речь Посполитая
PS: Палестина; Государство Палестина; Palestine, State of; Palestinian Territory; Palestinian Territories; Occupied Palestinian Territory
PT: Португальская Республика; Portuguese Republic
RS: Республика Сербия
RU: РФ; Р.Ф.; Россия; Российская Федерация; Россия Федерациясы; Ресей Федерациясы; Ресей; The Russian Federation; Russia (Russian Federation)
SA: КСА; Саудовская Аравия; Королевство Саудовская Аравия; KSA; K.S.A.; The Kingdom of Saudi Arabia
SD: Республика Судан; The Sudan
SG: Республика Сингапур
SI: Республика Словения
SK: Словацкая Республика; Slovak Republic; The Slovak Republic
SS: Южный Судан
ST: Сан Томе и Принсипи; Демократическая Республика Сан-Томе и Принсипи; Democratic Republic of Sao Tome and Principe
SY: Сирийская Арабская Республика; Сирия Араб Республикасы; The Syrian Arab Republic
SZ: Свазиленд; Королевство Эсватини; Swaziland; Kingdom of Eswatini
TH: Королевство Таиланд; Тайланд; Kingdom of Thailand
TJ: Таджикская Республика; Тәжікстан; Тәжікстан Республикасы; Tadjikistan; Tadzhikistan
TL: Восточный Тимор; Тимор-Лесте; East Timor; Democratic Republic of Timor-Leste
TM: Туркменистан; Туркмения; Туркменская Республика; Түрікменстан; Түрікменстан Республикасы; Turkmenia
TR: Турция; Турецкая Республика; Туркие; Тюркие; Түркия; Түркия Республикасы; Turkey; Turkiye; Türkiye; Türkiye Cumhuriyeti; The Republic of Türkiye; The Republic of Turkey
TW: Тайвань; Тайвань (Китай); Тайвань, провинция Китая; Китайская Республика (Тайвань); Taiwan, China; Taiwan (Province of China); Taiwan, R.O.C.; Chinese Taipei; Китайский Тайбэй
TZ: Объединенная Республика Танзания; Tanzania, United Republic of; The United Republic of Tanzania
UA: Украинская Республика; The Ukraine
UM: Внешние малые острова США
US: США; С.Ш.А.; Соединенные Штаты; Соединенные Штаты Америки; Соединённые Штаты Америки (США); АҚШ; А.Қ.Ш.; U.S.A.; U.S.; The USA; The US; The U.S.; The United States; The United States of America; United States of America (USA); USA (United States of America)
UY: Восточная Республика Уругвай; Oriental Republic of Uruguay
UZ: РУз; Узбекская Республика; Өзбекстан; Өзбекстан Республикасы; Uzbekiston; O'zbekiston; O'zbekiston Respublikasi
VA: Ватикан; Святой Престол; Город-государство Ватикан; Государство-город Ватикан; Holy See; The Holy See; Vatican; Vatican City State
VC: Сент-Винсент и Гренадины; St Vincent and the Grenadines
VE: Боливарианская Республика Венесуэла; Bolivarian Republic of Venezuela; Venezuela, Bolivarian Republic of
VG: Британские Виргинские острова; БВО; BVI; B.V.I.; Виргинские острова (Британские); Virgin Islands (British)
VI: Американские Виргинские острова; Виргинские острова (США); USVI; Virgin Islands (U.S.)
VN: Вьетнам; СРВ; Социалистическая Республика Вьетнам; Вьетнам Социалистік Республикасы; Viet Nam; Viet-Nam; The Socialist Republic of Viet Nam; Socialist Republic of Viet Nam; Socialist Republic of Vietnam
YE: Йеменская Республика; Republic of Yemen
ZA: ЮАР; Ю.А.Р.; Южная Африка; Южно-Африканская Республика; ОАР; Оңтүстік Африка Республикасы; RSA; R.S.A.; South Africa; Republic of South Africa; The Republic of South Africa
`;

/** Names of countries beside the library's: code and spelling, as people write it. */
export const OFFICIAL_NAMES: readonly (readonly [code: string, name: string])[] = LINES.trim()
  .split('\n')
  .flatMap((line) => {
    const code = line.slice(0, 2);
    return line
      .slice('XX: '.length)
      .split('; ')
      .map((name) => [code, name] as const);
  });
