using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Tools;
using Gyre.Server.Catalog;

namespace Gyre.Server.Generation;

/// <summary>A request ready to run: one or more tokenized prompts, each continued <paramref name="ChoicesPerPrompt"/> times.</summary>
/// <param name="Alias">What was asked for.</param>
/// <param name="Model">What answers.</param>
/// <param name="Prompts">Token ids of each prompt.</param>
/// <param name="ChoicesPerPrompt">Continuations of each.</param>
/// <param name="Options">How to continue.</param>
internal sealed record GenerationCall(
    ModelAlias Alias,
    LanguageModel Model,
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    int ChoicesPerPrompt,
    GenerationOptions Options)
{
    /// <summary>Only the prompt's log-probabilities are wanted: nothing is generated.</summary>
    public bool EndsAfterPrompt { get; init; }

    /// <summary>The functions that the answers may call.</summary>
    public ToolUse Tools { get; init; } = ToolUse.None;

    /// <summary>What the prompt ends with of the answer itself: the mark that opens calls; empty for nothing.</summary>
    public string Opening { get; init; } = "";

    public int ChoiceCount => Prompts.Count * ChoicesPerPrompt;

    public IReadOnlyList<int> PromptOf(int choice) => Prompts[choice / ChoicesPerPrompt];

    /// <summary>The options of one choice: with a seed, each choice of a prompt gets its own.</summary>
    public GenerationOptions OptionsOf(int choice) => Options.Seed is { } seed && ChoicesPerPrompt > 1
        ? Options with { Seed = unchecked(seed + (ulong)(choice % ChoicesPerPrompt)) }
        : Options;

    /// <summary>Names the weights that answer.</summary>
    public string Fingerprint => "fp_" + (Model.Digest.Length >= 12 ? Model.Digest[..12] : Model.Digest);
}
