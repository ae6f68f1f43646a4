/** What a setting means, for the command line and editors; the Worker's twin says nothing (said_nothing.ts). */
export const said = (text: string): string => text;
