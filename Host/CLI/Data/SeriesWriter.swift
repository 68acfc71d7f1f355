import Glibc
import RialtoHistory

/// Writes a series into the data folder for a user who is told what it took the place of.
enum SeriesWriter {
    /// - Returns: What was known of the series that had the same key; nil when there was none.
    static func write(
        _ series: Series, to folder: HistoryFolder
    ) throws(HistoryError)
        -> SeriesInfo?
    {
        let before = try folder.scan().series.first { $0.key == series.key }
        reportFullFiles()
        try folder.write(series)
        return before
    }

    /// Lets a write beyond the process's file size limit fail with an error that can be told,
    /// where the system would end the process and leave its draft behind.
    static func reportFullFiles() { signal(SIGXFSZ, SIG_IGN) }
}
