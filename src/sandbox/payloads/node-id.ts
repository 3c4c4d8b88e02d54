/** GitHub's older global ids: base64 of the type's length, the type and the id. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`0${type.length}:${type}${id}`).toString('base64');
}
