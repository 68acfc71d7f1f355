import RialtoConfiguration
import RialtoLedger
import RialtoRisk
import RialtoValues

extension MarginSettings {
    /// What the run file asks for, as the engine knows it; contracts without tiers are paid in
    /// full. The file's checks have made sure that tiers rise.
    func model(_ venue: VenueSettings, _ instruments: [Instrument]) -> MarginModel {
        let schedules = instruments.map { instrument -> MarginSchedule? in
            guard instrument.kind != .spot else { return nil }
            let own = venue.marginTiers.filter { $0.instrument == instrument.name }
            let tiers = own.isEmpty ? venue.marginTiers.filter(\.instrument.isEmpty) : own
            return try? MarginSchedule(
                tiers: tiers.map {
                    MarginTier(
                        from: $0.from, leverage_e6: $0.leverage,
                        maintenance: Rate(e9: $0.maintenance))
                })
        }
        return MarginModel(
            mode: mode == .cross ? .cross : .isolated, sides: sides == .hedge ? .hedge : .oneWay,
            leverage_e6: leverage, liquidationFee: Rate(e9: venue.liquidationFee),
            schedules: schedules)
    }
}
