/** Stage colours come from the portal as «#47E4C2» or «47E4C2». */

/** A safe CSS colour for a stage; grey when the portal names none. */
export function stageColor(stage) {
  const digits = /^#?([0-9a-f]{6})$/i.exec(stage?.color ?? '')?.[1];
  return digits === undefined ? '#a8b4c2' : `#${digits}`;
}
