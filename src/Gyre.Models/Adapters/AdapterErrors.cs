using Gyre.Contracts;

namespace Gyre.Models.Adapters;

/// <summary>The failures of reading, fitting and finding adapters.</summary>
internal static class AdapterErrors
{
    private const int ListedFaults = 8;
    private const int ListedNames = 5;
    private const int MostLetters = 60;

    /// <summary>The configuration has faults; all are named.</summary>
    public static ModelException Faulty(IReadOnlyList<string> faults, string place, Exception? cause = null) => new(
        "RUN0420",
        $"Read an adapter: found {faults.Count} fault(s) in '{place}': {Listed(faults)} Correct the file, or save the adapter again.",
        cause);

    /// <summary>It asks for what would change results and is not computed here.</summary>
    public static ModelException Unsupported(IReadOnlyList<string> settings, string place) => new(
        "RUN0421",
        $"Read an adapter: found {Listed(settings)} in '{place}'; these change results and are not computed. "
        + "Supported are LoRA (with rank stabilisation, DoRA, biases, saved modules), AdaLoRA, IA3, prompt tuning, P-tuning and prefix tuning: merge this adapter into its base, or train one of these kinds.");

    /// <summary>Its tensors are not those that its configuration means for this base.</summary>
    public static ModelException Unfitting(IReadOnlyList<string> faults, string place, string madeFor) => new(
        "RUN0422",
        $"Load an adapter: found {faults.Count} fault(s) in '{place}'{(madeFor.Length > 0 ? $", made for '{Short(madeFor)}'" : "")}: {Listed(faults)} "
        + "Check that the adapter belongs to this model and is complete.");

    /// <summary>No adapter has the name.</summary>
    public static ModelException Unknown(string name, IEnumerable<string> known)
    {
        var names = known.OrderBy(candidate => SpellingDistance.Between(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).Take(ListedNames).ToList();
        var expected = names.Count == 0 ? "no adapter is loaded" : $"the nearest that are loaded: {string.Join(", ", names)}";
        return new ModelException("RUN0423", $"Choose an adapter: found '{Short(name)}'; expected the name of a loaded one ({expected}). Load it, or correct the name.");
    }

    /// <summary>What was asked of a model in training does not fit it; all faults are named.</summary>
    public static ModelException Unusable(IReadOnlyList<string> faults) => new(
        "RUN0425",
        $"Adapt a model: found {faults.Count} fault(s): {Listed(faults)} Correct the options.");

    /// <summary>Something that needs the model's own weights is asked while an adapter is merged into them.</summary>
    public static ModelException Merged(string name) => new(
        "RUN0426",
        $"Change adapters: found '{Short(name)}' merged into the model's weights; expected none. Take it out with Unmerge first.");

    /// <summary>An adapter that cannot become part of the weights.</summary>
    public static ModelException CannotMerge(string name, string found) => new(
        "RUN0426",
        $"Merge the adapter '{Short(name)}': found {found}; expected changes of single-precision weights that each stand alone. Keep the adapter beside the model.");

    /// <summary>A model whose weights are kept in fewer bits is to be written.</summary>
    public static ModelException Encoded(string format) => new(
        "RUN0427",
        $"Save a model: found weights kept as {format}; expected single precision, as a file has them. Save the adapter; to merge it, load the base in single precision.");

    /// <summary>An adapter that llama.cpp's form cannot say.</summary>
    public static ModelException NotInGguf(string name, IReadOnlyList<string> faults) => new(
        "RUN0428",
        $"Write the adapter '{Short(name)}' as GGUF: found {Listed(faults)} expected products of two matrices alone. Save it as PEFT does, or merge it and convert the model.");

    public static string Short(string text) => text.Length <= MostLetters ? text : text[..MostLetters] + "…";

    private static string Listed(IReadOnlyList<string> items) =>
        string.Join(" ", items.Take(ListedFaults)) + (items.Count > ListedFaults ? $" and {items.Count - ListedFaults} more." : "");
}
