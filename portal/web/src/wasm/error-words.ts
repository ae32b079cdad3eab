/** What went wrong, without whose it is: the page says that already. */
export const errorWords = (message: string): string => message.replace(/^workload \S+ \(component [^)]*\): /, '');
