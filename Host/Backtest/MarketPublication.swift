import RialtoHistory
import RialtoPluginHost

/// What of a run's data its sandboxed workers read without a copy.
struct MarketPublication {
    let market: SharedMarket
    private let series: [SharedStretch]
    private let scratch: ScratchMemory
    private let isAhead: Bool
    /// Of all series, where none is shared.
    private let lasting: [UnsafeRawBufferPointer]

    /// - Parameters:
    ///   - series: Those that feeds point at; only with `isAhead`.
    ///   - scratch: Where the columns of feeds lie or will; shareable with `isAhead`.
    ///   - isAhead: Whether workers see rows before they are due.
    init(_ series: [Series], _ scratch: ScratchMemory, isAhead: Bool) {
        self.scratch = scratch
        self.isAhead = isAhead
        let joint = isAhead ? scratch.sharedFiles : []
        let room = max(0, SharedMarket.filesMax - joint.count)
        self.series = isAhead ? series.prefix(room).compactMap(\.stretch) : []
        lasting = isAhead ? [] : series.flatMap(\.lastingBytes)
        let files = joint + self.series.map(\.file)
        market = SharedMarket(
            files: files.map {
                SharedMarket.File(
                    descriptor: $0.descriptor, length: $0.length, isResident: $0.isResident)
            }, owners: files as [AnyObject] + series + [scratch])
    }

    /// Says where everything lies, once all feeds are made.
    func publish() {
        for stretch in series + scratch.stretches {
            market.add(
                stretch.start, count: stretch.count, descriptor: stretch.file.descriptor,
                offset: stretch.offset)
        }
        for constant in scratch.constants { market.add(constant: constant) }
        if !isAhead { market.add(lasting: lasting + scratch.columns) }
    }
}
