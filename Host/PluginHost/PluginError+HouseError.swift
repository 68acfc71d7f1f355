import RialtoText

extension PluginError: HouseError {
    /// The refusal in the house form.
    package var messages: [HouseMessage] {
        [HouseMessage("plugin refused: \(reason)", details: details, help: help)]
    }
}
