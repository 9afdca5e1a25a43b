using System.Text;
using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>What a trace knows of one running choice. Times are timestamps of the server's clock.</summary>
internal sealed class ChoiceProgress
{
    public long? PromptDone { get; set; }

    public long? Ended { get; set; }

    public int Tokens { get; set; }

    public GenerationUsage? Usage { get; set; }

    public string? Finish { get; set; }

    public StringBuilder Text { get; } = new();
}
