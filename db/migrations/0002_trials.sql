CREATE TABLE "trials" (
	"study" text NOT NULL,
	"number" integer NOT NULL,
	"stage_run_id" uuid,
	"params" jsonb NOT NULL,
	"share" double precision NOT NULL,
	"continues" integer,
	"status" text DEFAULT 'running' NOT NULL,
	"scores" double precision[] DEFAULT '{}' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"worker" text,
	"seconds" double precision,
	"error" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "trials_study_number_pk" PRIMARY KEY("study","number")
);
--> statement-breakpoint
ALTER TABLE "stage_runs" ADD COLUMN "study" text;--> statement-breakpoint
ALTER TABLE "trials" ADD CONSTRAINT "trials_stage_run_id_stage_runs_id_fk" FOREIGN KEY ("stage_run_id") REFERENCES "public"."stage_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "trials_stage_run_idx" ON "trials" USING btree ("stage_run_id");