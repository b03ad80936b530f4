/** The mark: a shoal, one of its fish swimming its own way. The same drawing as public/icon.svg. */
export function Logo({ size }: { size: number }) {
  return <img src="./icon.svg" width={size} height={size} alt="" />
}
