// Which stored content each file in memory comes from.

/**
 * Files by their numbers, and contents by their keys: one of each at most. A content that several names share in the store is that of
 * one file in memory, or of the file that took it over last; another one that came from it is stored anew, whole, since writing into
 * the content would change what the other names lead to.
 */
export class Contents {
  readonly #content = new Map<number, string>();
  readonly #node = new Map<string, number>();

  of(node: number): string | undefined {
    return this.#content.get(node);
  }

  node(content: string): number | undefined {
    return this.#node.get(content);
  }

  set(node: number, content: string): void {
    const [before, other] = [this.#content.get(node), this.#node.get(content)];
    if (before !== undefined) this.#node.delete(before);
    if (other !== undefined) this.#content.delete(other);
    this.#content.set(node, content);
    this.#node.set(content, node);
  }

  clear(): void {
    this.#content.clear();
    this.#node.clear();
  }
}
