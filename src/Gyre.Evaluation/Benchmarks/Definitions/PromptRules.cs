using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>What a model is asked.</summary>
/// <param name="Intro">What stands before everything; may be empty.</param>
/// <param name="IntroFile">A file of the folder whose text goes there instead; empty for none.</param>
/// <param name="IsIntroOptional">True when a folder may lack that file; then <paramref name="Intro"/> stands there.</param>
/// <param name="IntroAfter">What of that file is left out: everything up to this line.</param>
/// <param name="Question">The question as it ends where the answer begins.</param>
/// <param name="Separator">What stands between examples.</param>
internal sealed record PromptRules(TextTemplate Intro, TextTemplate IntroFile, bool IsIntroOptional, string IntroAfter, TextTemplate Question, string Separator);
