/** A name, or a sentence, in the three languages of the reports. */
export interface Label {
  readonly kk: string;
  readonly ru: string;
  readonly en: string;
}
