/// What an import does with rows that cannot be kept as they are.
package struct ImportRules: Equatable, Sendable {
    package enum Faulty: Sendable {
        /// The first one ends the import with an error.
        case refuse
        /// They are left out and counted.
        case drop
    }

    package enum Disorder: Sendable {
        /// The first fall of time ends the import with an error.
        case refuse
        /// Rows are put in order of time; rows of one time keep the order of the file.
        case sort
    }

    package enum Conflict: Sendable {
        /// Two different bars of one time end the import with an error.
        case refuse
        /// The first in the file is kept, the others are left out and counted.
        case keepFirst
    }

    /// Rows that are unreadable or impossible. A price with excess decimals is always refused.
    package let faulty: Faulty
    package let disorder: Disorder
    package let conflict: Conflict

    package init(faulty: Faulty, disorder: Disorder, conflict: Conflict) {
        self.faulty = faulty
        self.disorder = disorder
        self.conflict = conflict
    }

    /// Everything is refused.
    package static let strict = ImportRules(faulty: .refuse, disorder: .refuse, conflict: .refuse)
    /// Faulty rows are dropped, disorder is sorted, the first of two bars is kept; all is counted.
    package static let clean = ImportRules(faulty: .drop, disorder: .sort, conflict: .keepFirst)
}

/// What a bar's time in a file stands for.
package enum BarTime: String, CaseIterable, Sendable {
    case open
    case close
}

/// How far an import is.
package struct ImportProgress: Sendable {
    /// Bytes of the source, packed if it is packed.
    package let bytesRead: Int
    /// nil when the source does not know its length.
    package let bytesTotal: Int?
    package let rows: Int
}

/// A new series, and what was done to make it.
package struct Imported {
    package let series: Series
    package let report: ImportReport
}
