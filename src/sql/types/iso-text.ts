export declare const isoDate: unique symbol
/** `YYYY-MM-DD`. */
export type IsoDate = string & { readonly [isoDate]?: true }
export declare const isoTime: unique symbol
/** `HH:MM:SS[.ffffff]`. */
export type IsoTime = string & { readonly [isoTime]?: true }
export declare const isoDateTime: unique symbol
/** A wall clock without a zone: `YYYY-MM-DDTHH:MM:SS[.ffffff]`. */
export type IsoDateTime = string & { readonly [isoDateTime]?: true }
export declare const isoDuration: unique symbol
/** A span of time: `P1Y2M3DT4H5M6.789S`. */
export type IsoDuration = string & { readonly [isoDuration]?: true }
