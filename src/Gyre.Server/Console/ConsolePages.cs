namespace Gyre.Server.Console;

/// <summary>The one place where the web console is wired into the server.</summary>
internal static class ConsolePages
{
    /// <summary>Registers what the pages need.</summary>
    public static void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Maps the pages and their files.</summary>
    public static void Map(WebApplication app)
    {
    }
}
