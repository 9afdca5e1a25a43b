namespace Gyre.Server.Tests.Console;

/// <summary>How large a page is shown, and in which theme.</summary>
internal sealed record PageView(int Width = 1280, int Height = 800, bool IsDark = false)
{
    public static PageView Phone { get; } = new(390, 844);

    public static PageView Narrow { get; } = new(500, 900);
}
