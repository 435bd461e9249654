/** What an administrator and a test do with applications of the portal. Instants are epoch ms of the portal's clock. */

/** The card of an application, as "Add application" asks for it. */
export interface AppCard {
  readonly name: string;
  /** Main page of the app (placement DEFAULT), and for an API-only app just its address. http and loopback are fine. */
  readonly handlerUrl: string;
  /** Installer page (UI) or address of ONAPPINSTALL (API only). Absent: a UI app is installed when it is first opened. */
  readonly installUrl?: string;
  readonly scopes: readonly string[];
  /** 'local' (default): client id `local.…`, status L. 'market': `app.…`, status F until a payment says otherwise. */
  readonly kind?: 'local' | 'market';
  /** False: API only, the portal installs by ONAPPINSTALL. Default true: the installer page ends with installFinish. */
  readonly ui?: boolean;
  readonly version?: string;
  /** The same application on a second portal has the same credentials; absent: made up. */
  readonly credentials?: AppCredentials;
}

export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the browser posts into a frame of the app: `url` already carries DOMAIN, PROTOCOL, LANG and APP_SID. */
export interface FramePost {
  readonly url: string;
  /** Name of the frame: `host|0 or 1|APP_SID`. */
  readonly frameName: string;
  readonly sid: string;
  /** Origin whose messages the parent accepts. */
  readonly appOrigin: string;
  /** AUTH_ID, AUTH_EXPIRES, REFRESH_ID, SERVER_ENDPOINT, APPLICATION_TOKEN, APPLICATION_SCOPE, member_id, status, PLACEMENT, PLACEMENT_OPTIONS. */
  readonly body: Readonly<Record<string, string>>;
}

export interface OpenRequest {
  readonly userId?: number;
  /** DEFAULT (main page) when absent. */
  readonly placement?: string;
  /** Which of several bindings of one placement; the first when absent. */
  readonly handlerUrl?: string;
  /** Goes into PLACEMENT_OPTIONS as JSON. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly language?: string;
}

/** What came of one server-to-server delivery. Status 0: no answer. */
export interface Delivered {
  readonly event: string;
  readonly url: string;
  readonly status: number;
}

export interface AppBindings {
  readonly events: readonly { readonly event: string; readonly handler: string }[];
  readonly placements: readonly { readonly placement: string; readonly handler: string }[];
  readonly robots: readonly string[];
  readonly triggers: readonly string[];
}

/** One run of an app's robot. */
export interface RobotRun {
  readonly code: string;
  readonly ticket: { readonly entityTypeId: number; readonly id: number };
  readonly eventToken: string;
  readonly delivered: number;
  readonly state: 'waiting' | 'done' | 'timed-out';
  /** Keys in the case of RETURN_PROPERTIES; keys outside it are dropped. */
  readonly returned: Readonly<Record<string, unknown>> | null;
  readonly log: readonly string[];
}

/** What a press leads to for the page that shows the record. */
export type PressOutcome =
  | { readonly kind: 'event' }
  | { readonly kind: 'redirect'; readonly uri: string }
  | {
      readonly kind: 'open';
      readonly clientId: string;
      readonly options: Readonly<Record<string, unknown>>;
      readonly slider: Readonly<Record<string, unknown>>;
    };

export interface AppControl {
  register(card: AppCard): AppCredentials;
  /** Opens the installer as this administrator; nothing is delivered and no widget is shown until finishInstall. */
  openInstaller(clientId: string, userId?: number): FramePost;
  /** What the frame's installFinish does. */
  finishInstall(clientId: string): Promise<readonly Delivered[]>;
  /** API-only install, or reinstall: ONAPPINSTALL (and ONAPPUSERREADY) to the install URL. */
  install(clientId: string, userId?: number): Promise<readonly Delivered[]>;
  /** Opens the main page or a widget as a user. Throws when the placement is not bound or the app not installed. */
  open(clientId: string, request?: OpenRequest): FramePost;
  /** A new version: ONAPPUPDATE, with a new application_token when told so; bindings as doubt C19 says, robots removed. */
  update(
    clientId: string,
    next: {
      readonly version: string;
      readonly scopes?: readonly string[];
      readonly newToken?: boolean;
    },
  ): Promise<readonly Delivered[]>;
  /** ONAPPPAYMENT; `expired` also stops events and answers PAYMENT_REQUIRED to refreshes. */
  pay(
    clientId: string,
    payment: { readonly status: 'F' | 'D' | 'T' | 'P' | 'S'; readonly expired: boolean },
  ): Promise<readonly Delivered[]>;
  /** ONAPPUNINSTALL with CLEAN 1 or 0; tokens die, handlers, widgets, robots and triggers go. */
  uninstall(clientId: string, clean?: boolean): Promise<readonly Delivered[]>;
  /** Access tokens of the app (or of one of its users) are over at once; refresh tokens live on. */
  expireTokens(clientId: string, userId?: number): void;
  /** The grant is dead: refresh answers invalid_grant, access tokens NO_AUTH_FOUND. */
  revoke(clientId: string, userId?: number): void;
  /** Every token ever issued and the application token, for "nothing of this is in any log" checks. */
  secrets(clientId: string): readonly string[];
  applicationToken(clientId: string): string;
  /** Code for `grant_type=authorization_code`, as the redirect of /oauth/authorize/ carries it. Lives 30 s. */
  authorizationCode(clientId: string, userId?: number): string;
  isInstalled(clientId: string): boolean;
  bindings(clientId: string): AppBindings;
  /** Puts the app's robot on a stage, with the values of its PROPERTIES. Returns a function that takes it off. */
  placeRobot(
    clientId: string,
    robot: {
      readonly code: string;
      readonly stageId: string;
      readonly properties?: Readonly<Record<string, unknown>>;
      /** How long the step waits for an answer, seconds of the portal's clock; 0 or absent: for ever. */
      readonly timeoutSeconds?: number;
    },
  ): () => void;
  robotRuns(clientId: string): readonly RobotRun[];
  /** What executing the app's trigger does: moves the ticket to this stage (backwards only when told so). */
  attachTrigger(
    clientId: string,
    trigger: { readonly code: string; readonly stageId: string; readonly allowBack?: boolean },
  ): void;
  /** Signals of triggers in order: code, ticket, and whether it moved. */
  triggerSignals(clientId: string): readonly {
    readonly code: string;
    readonly ticket: string;
    readonly moved: boolean;
  }[];
  /**
   * Presses a button (or menu item, or link) of a configurable activity, by its key in the layout. The event goes through
   * the queue like any other. Throws while the button is locked.
   */
  pressButton(activityId: number, key: string, userId?: number): PressOutcome;
  /** Completes a configurable activity by hand, or takes it back into work. */
  completeActivity(activityId: number, completed?: boolean, userId?: number): void;
}
