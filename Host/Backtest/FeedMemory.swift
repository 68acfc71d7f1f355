import RialtoEngine
import RialtoHistory
import RialtoMatching
import RialtoValues

/// One stored series as part of a feed.
package struct FeedSource {
    package let series: Series
    /// Index of its instrument in the run.
    package let instrument: Int
    /// Of a book: whether whole books, changes or both are wanted.
    package let bookKinds: EventKinds

    /// - Parameter bookKinds: Both kinds of events of a book, unless only one is wanted.
    package init(
        series: Series, instrument: Int,
        bookKinds: EventKinds = [EventKinds(.books), EventKinds(.bookDeltas)]
    ) {
        self.series = series
        self.instrument = instrument
        self.bookKinds = bookKinds
    }
}

/// Rows of one kind in a feed, and how what is resident of them is let go of.
struct FeedTrack {
    /// Time of each row, Unix nanoseconds; never falls.
    let time_ns: UnsafePointer<Int64>
    let count: Int
    /// Rows before this one have been let go of.
    private var next = 0
    private let drop: (Range<Int>) -> Void

    /// - Parameter drop: Lets go of some rows, which can still be read after that.
    init(time_ns: UnsafePointer<Int64>, count: Int, drop: @escaping (Range<Int>) -> Void) {
        self.time_ns = time_ns
        self.count = count
        self.drop = drop
    }

    func releaseAll() {
        if count > 0 { drop(0..<count) }
    }

    /// The first row at or after `time`.
    func firstRow(notBefore time: Int64) -> Int {
        Feed.firstRow(time_ns, count, from: next, notBefore: time)
    }

    mutating func release(before row: Int) {
        guard row > next else { return }
        drop(next..<row)
        next = row
    }
}

/// What one reader of feeds lets go of behind itself. Each reader has its own: what another has let
/// go of can still be read, only slower.
struct FeedWake {
    private var tracks: [FeedTrack]

    init(_ tracks: [FeedTrack]) { self.tracks = tracks }

    /// Lets go of what is resident of everything before `time`, Unix nanoseconds.
    mutating func release(before time: Int64) {
        // Looking for a row makes some rows before it resident: first all are found.
        let rows = tracks.map { $0.firstRow(notBefore: time) }
        for (index, row) in rows.enumerated() { tracks[index].release(before: row) }
    }
}

/// A feed and the memory that it points into. Keep it while an engine reads the feed.
package final class FeedMemory {
    package let feed: Feed
    private let sources: [FeedSource]
    /// What keeps the texts that the feed points at.
    private let texts: RunTexts?
    let tracks: [FeedTrack]
    private var wake: FeedWake
    private let scratch: ScratchMemory

    init(
        feed: Feed, sources: [FeedSource], texts: RunTexts?, tracks: [FeedTrack],
        in scratch: ScratchMemory
    ) {
        self.feed = feed
        self.texts = texts
        self.sources = sources
        self.tracks = tracks
        wake = FeedWake(tracks)
        self.scratch = scratch
    }

    /// What each instrument can be matched against: the finest of its series.
    package func levels(instruments: Int) -> [MatchLevel] {
        var levels = Array(repeating: MatchLevel.bars, count: instruments)
        for source in sources {
            let level = MatchLevel(FeedBuilder.kind(source.series))
            levels[source.instrument] = max(levels[source.instrument], level)
        }
        return levels
    }

    /// From which of its series each instrument's volume is known.
    package func volumes(instruments: Int) -> [VolumeSource] {
        var volumes = Array(repeating: VolumeSource.none, count: instruments)
        for source in sources {
            let volume = VolumeSource(FeedBuilder.kind(source.series))
            volumes[source.instrument] = volumes[source.instrument].or(volume)
        }
        return volumes
    }

    /// The first entry at or after `time`, Unix nanoseconds.
    package func start(at time: Int64?) -> Int {
        time.map { feed.firstEntry(from: 0, notBefore: $0) } ?? 0
    }

    /// Lets go of what is resident of everything before `time`, Unix nanoseconds. It can still be
    /// read, only slower: a run says so of what lies behind it, to stay small however long it is.
    package func release(before time: Int64) { wake.release(before: time) }

    /// Lets go of all that is resident.
    package func releaseAll() {
        for track in tracks { track.releaseAll() }
    }
}
