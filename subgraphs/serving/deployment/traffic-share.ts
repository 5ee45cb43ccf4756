/** A model version and the percentage of a deployment's predictions that it makes. */
export interface TrafficShare {
  modelVersionId: string;
  /** An integer from 1 to 100. The percentages of a deployment sum to 100. */
  percent: number;
}
