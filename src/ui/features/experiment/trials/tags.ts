/** Tags as they are typed, with commas between them: none twice, none longer and no more of them than a journal takes. */
export function tagsOf(text: string): string[] {
  const tags = text.split(/[,，、]/).map((tag) => tag.trim().slice(0, 40).trim());
  return [...new Set(tags.filter((tag) => tag !== ""))].slice(0, 20);
}
