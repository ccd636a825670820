import { RebisError, type RebisErrorOptions } from "./base.ts"

/** Anything that stops a migration from being made, read or run. */
export class MigrationError extends RebisError {
  override readonly code: string = "REBIS_MIGRATION"
}

// ---------------------------------------------------------------- configuration and models

/** `rebis.config.ts` is missing, cannot be loaded, or says something that cannot be. */
export class ConfigError extends MigrationError {
  override readonly code: string = "REBIS_CONFIG"
}
/** A file of models could not be loaded; the cause says why. */
export class ModelLoadError extends MigrationError {
  override readonly code: string = "REBIS_MODEL_LOAD"
}
/** A pattern for model files matches none, or the files hold no model. */
export class ModelsNotFoundError extends MigrationError {
  override readonly code: string = "REBIS_MODELS_NOT_FOUND"
}
/** The models belong to more than one metadata, or to another copy of the package. */
export class MetadataError extends MigrationError {
  override readonly code: string = "REBIS_METADATA"
}
/** A command line that cannot be understood: an unknown command or option, an argument too many or too few. */
export class CommandLineError extends MigrationError {
  override readonly code: string = "REBIS_COMMAND_LINE"
}

// ---------------------------------------------------------------- files and their graph

/** A migration file cannot be loaded, or does not hold what `migration(…)` gives. */
export class MigrationFileError extends MigrationError {
  override readonly code: string = "REBIS_MIGRATION_FILE"
}
/** A migration file imports something else than the migration API, so that it could change with other code. */
export class MigrationImportError extends MigrationFileError {
  override readonly code: string = "REBIS_MIGRATION_IMPORT"
}
/** A migration file would take the place of one that is there. */
export class MigrationFileExistsError extends MigrationFileError {
  override readonly code: string = "REBIS_MIGRATION_FILE_EXISTS"
}
/** Two migration files have one id. */
export class DuplicateRevisionError extends MigrationError {
  override readonly code: string = "REBIS_DUPLICATE_REVISION"
}
/** A migration file follows on a revision that no file has. */
export class MissingParentError extends MigrationError {
  override readonly code: string = "REBIS_MISSING_PARENT"
}
/** Migration files follow on each other in a circle. */
export class RevisionCycleError extends MigrationError {
  override readonly code: string = "REBIS_REVISION_CYCLE"
}
/** `head` or a new migration was asked for where several migrations have none after them. */
export class MultipleHeadsError extends MigrationError {
  override readonly code: string = "REBIS_MULTIPLE_HEADS"
}
/** No migration file has the id that was asked for. */
export class UnknownRevisionError extends MigrationError {
  override readonly code: string = "REBIS_UNKNOWN_REVISION"
}
/** A partial id or a relative step that could mean more than one revision. */
export class AmbiguousRevisionError extends MigrationError {
  override readonly code: string = "REBIS_AMBIGUOUS_REVISION"
}
/** The target is known, but cannot be reached from where the database is. */
export class RevisionTargetError extends MigrationError {
  override readonly code: string = "REBIS_REVISION_TARGET"
}

// ---------------------------------------------------------------- the record in the database

/** A revision that was applied has no file any more: the database is newer than the files, or a file was lost. */
export class RevisionFileMissingError extends MigrationError {
  override readonly code: string = "REBIS_REVISION_FILE_MISSING"
}
/** A file was changed after it had been applied. */
export class EditedRevisionError extends MigrationError {
  override readonly code: string = "REBIS_EDITED_REVISION"
}
/** A revision was applied although one that it follows on was not. */
export class RevisionOrderError extends MigrationError {
  override readonly code: string = "REBIS_REVISION_ORDER"
}
/** A revision is half applied or half undone, and has to be finished first. */
export class PartlyAppliedError extends MigrationError {
  override readonly code: string = "REBIS_PARTLY_APPLIED"
}
/** The database is not at the head of the files, so that a comparison with the models would mix both. */
export class NotAtHeadError extends MigrationError {
  override readonly code: string = "REBIS_NOT_AT_HEAD"
}
/** The version table is there, but not as this version of Rebis writes it. */
export class VersionTableError extends MigrationError {
  override readonly code: string = "REBIS_VERSION_TABLE"
}

// ---------------------------------------------------------------- comparing and proving

/** The models cannot be built in a scratch place: the database refuses a default, a check, a type. The cause is its error. */
export class ModelSchemaError extends MigrationError {
  override readonly code: string = "REBIS_MODEL_SCHEMA"
}
/** The models ask for a change that the database has no statement for, such as taking a value out of an enum. */
export class UnsupportedChangeError extends MigrationError {
  override readonly code: string = "REBIS_UNSUPPORTED_CHANGE"
}
/** A rename that was declared names something that is not there, or that would not be free. */
export class RenameError extends MigrationError {
  override readonly code: string = "REBIS_RENAME"
}
/** What looks like a rename was not declared as one, and would lose data as what it otherwise is. Nothing was written. */
export class RenameQuestionError extends MigrationError {
  override readonly code: string = "REBIS_RENAME_QUESTION"
}
/** Up does not lead to the models, or down not back to what was. Nothing was written. */
export class ProofError extends MigrationError {
  override readonly code: string = "REBIS_PROOF"
}

// ---------------------------------------------------------------- running

/** Another migrator kept the lock for longer than was to be waited. */
export class MigrationLockError extends MigrationError {
  override readonly code: string = "REBIS_MIGRATION_LOCK"
}
/** The database user may not do what migrating needs, or the server takes no writes. */
export class MigrationPermissionError extends MigrationError {
  override readonly code: string = "REBIS_MIGRATION_PERMISSION"
}
/** A migration cannot be undone without loss, and says so. */
export class IrreversibleMigrationError extends MigrationError {
  override readonly code: string = "REBIS_IRREVERSIBLE_MIGRATION"
}

/** Where a migration stopped. */
export interface MigrationFailure {
  /** The revision's id. */
  readonly revision: string
  readonly file: string
  readonly direction: "up" | "down"
  /** What the failed operation does, in one line; absent when no operation was under way. */
  readonly operation?: string | undefined
  /** The statement that failed, where there was one. */
  readonly statement?: string | undefined
  /** Whether steps of this migration that were run before the failure are kept, because they cannot stand in a transaction. */
  readonly partlyApplied: boolean
}

/** A step of a migration failed. The record says what is in the database; `failure` says where it stopped. */
export class MigrationFailedError extends MigrationError {
  override readonly code: string = "REBIS_MIGRATION_FAILED"
  readonly failure: MigrationFailure

  constructor(message: string, failure: MigrationFailure, options?: RebisErrorOptions) {
    super(message, options)
    this.failure = failure
  }
}
